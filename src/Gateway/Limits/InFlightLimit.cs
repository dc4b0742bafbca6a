using System.Runtime.InteropServices;

namespace JobRequests.Gateway.Limits;

/// <summary>
/// Counts what is in flight in this process and refuses what would go beyond a limit. A caller may hold as many places as it leaves free for
/// the others: one alone half of them, two who want all of them a third each. So there is always a place for somebody else. The limiters of
/// .NET give everybody the same fixed number.
/// </summary>
internal abstract class InFlightLimit
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _byCaller = new(StringComparer.Ordinal);
    private int _inFlight;

    public int InFlight => Volatile.Read(ref _inFlight);

    public void Leave(string person)
    {
        lock (_gate)
        {
            _inFlight--;
            if (--CollectionsMarshal.GetValueRefOrNullRef(_byCaller, person) == 0) _byCaller.Remove(person);
        }
    }

    protected Place TryEnter(string person, int limit, int most = int.MaxValue)
    {
        lock (_gate)
        {
            var place = Find(person, limit, most);
            if (place != Place.Free) return place;
            _inFlight++;
            CollectionsMarshal.GetValueRefOrAddDefault(_byCaller, person, out _)++;
            return place;
        }
    }

    /// <summary>What <see cref="TryEnter"/> would find now.</summary>
    protected Place Find(string person, int limit, int most)
    {
        lock (_gate)
        {
            var free = limit - _inFlight;
            if (free <= 0) return Place.NoneFree;
            return _byCaller.GetValueOrDefault(person) < Math.Min(free, most) ? Place.Free : Place.BeyondShare;
        }
    }
}

internal enum Place
{
    Free,

    /// <summary>The caller holds its share already.</summary>
    BeyondShare,

    /// <summary>All together hold all there are.</summary>
    NoneFree,
}

/// <summary>Admits what holds its place for long: requests that wait for an answer of a silo, live connections.</summary>
internal abstract class PlaceLimit(int limit, int most = int.MaxValue) : InFlightLimit
{
    /// <returns>Null where it is admitted, until <see cref="InFlightLimit.Leave"/>; else how it is refused.</returns>
    public virtual Refusal? Enter(string person) => RefusalOf(TryEnter(person, limit, most));

    /// <summary>What <see cref="Enter"/> would say now.</summary>
    public virtual Refusal? Check(string person) => RefusalOf(Find(person, limit, most));

    private static Refusal? RefusalOf(Place place) => place switch
    {
        Place.Free => null,
        Place.BeyondShare => new Refusal(ProblemTypes.QuotaExceeded, RetryAfter: RetryLater.Jittered()),
        _ => new Refusal(ProblemTypes.Overloaded, RetryAfter: RetryLater.Jittered()),
    };
}

/// <summary>Admits status requests.</summary>
internal sealed class WatchLimit(IOptions<GatewayOptions> options) : PlaceLimit(options.Value.MaxWatching);

/// <summary>Admits statistics, one of each caller at a time: they look at many jobs.</summary>
internal sealed class StatisticsLimit() : PlaceLimit(limit: 16, most: 1);

/// <summary>Admits calls of many creates, two of each caller at a time: each holds its body in memory.</summary>
internal sealed class BulkLimit() : PlaceLimit(limit: 16, most: 2);

/// <summary>Admits reads of jobs, lists and figures.</summary>
internal sealed class ReadLimit(IOptions<GatewayOptions> options) : PlaceLimit(options.Value.MaxReading);
