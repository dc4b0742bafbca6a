using System.Runtime.InteropServices;

namespace JobRequests.Gateway.Limits;

/// <summary>Who published how many of the last seconds' commands. Callers who do not wait for an outcome count too.</summary>
internal sealed class RecentCommands(TimeProvider time)
{
    // A caller with less than this share does not make a backlog.
    private const double LeastShare = 0.1;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private long startedAt = time.GetTimestamp();
    private (Dictionary<string, int> ByCaller, int All) current = ([], 0);
    private (Dictionary<string, int> ByCaller, int All) previous = ([], 0);

    public void Count(string person)
    {
        lock (gate)
        {
            Advance();
            CollectionsMarshal.GetValueRefOrAddDefault(current.ByCaller, person, out _)++;
            current.All++;
        }
    }

    /// <summary>The caller's part of a backlog, from 0 to 1; 0 where it is small.</summary>
    public double ShareOf(string person, long backlog)
    {
        lock (gate)
        {
            Advance();
            var own = current.ByCaller.GetValueOrDefault(person) + previous.ByCaller.GetValueOrDefault(person);
            var share = own / (double)Math.Max(1, Math.Max(backlog, current.All + previous.All));
            return share < LeastShare ? 0 : Math.Min(1, share);
        }
    }

    private void Advance()
    {
        var elapsed = time.GetElapsedTime(startedAt);
        if (elapsed < Period) return;
        previous = elapsed < Period * 2 ? current : ([], 0);
        current = ([], 0);
        startedAt = time.GetTimestamp();
    }
}
