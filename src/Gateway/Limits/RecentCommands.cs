using System.Runtime.InteropServices;

namespace JobRequests.Gateway.Limits;

/// <summary>Who published how many of the last seconds' commands. Callers who do not wait for an outcome count too.</summary>
internal sealed class RecentCommands(TimeProvider time)
{
    // A caller with less than this share does not make a backlog.
    private const double LeastShare = 0.1;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private long _startedAt = time.GetTimestamp();
    private (Dictionary<string, int> ByCaller, int All) _current = ([], 0);
    private (Dictionary<string, int> ByCaller, int All) _previous = ([], 0);

    public void Count(string person)
    {
        lock (_gate)
        {
            Advance();
            CollectionsMarshal.GetValueRefOrAddDefault(_current.ByCaller, person, out _)++;
            _current.All++;
        }
    }

    /// <summary>The caller's part of a backlog, from 0 to 1; 0 where it is small.</summary>
    public double ShareOf(string person, long backlog)
    {
        lock (_gate)
        {
            Advance();
            var own = _current.ByCaller.GetValueOrDefault(person) + _previous.ByCaller.GetValueOrDefault(person);
            var share = own / (double)Math.Max(1, Math.Max(backlog, _current.All + _previous.All));
            return share < LeastShare ? 0 : Math.Min(1, share);
        }
    }

    private void Advance()
    {
        var elapsed = time.GetElapsedTime(_startedAt);
        if (elapsed < Period) return;
        _previous = elapsed < Period * 2 ? _current : ([], 0);
        _current = ([], 0);
        _startedAt = time.GetTimestamp();
    }
}
