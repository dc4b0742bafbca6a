using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;

namespace JobRequests.Gateway.Limits;

/// <summary>Counts what is in flight in this process and refuses what would go beyond a limit.</summary>
internal abstract class InFlightLimit
{
    private int inFlight;

    public int InFlight => Volatile.Read(ref inFlight);

    public void Leave() => Interlocked.Decrement(ref inFlight);

    protected bool TryEnter(int limit)
    {
        if (Interlocked.Increment(ref inFlight) <= limit) return true;
        Leave();
        return false;
    }
}

/// <summary>Admits commands. Creates are shed first: work that has begun is finished before new work is taken on.</summary>
internal sealed class Admission(IOptions<GatewayOptions> options) : InFlightLimit
{
    private readonly int limit = options.Value.MaxInFlight;
    private readonly int createLimit = Math.Max(1, options.Value.MaxInFlight - (options.Value.MaxInFlight / 4));

    public bool TryEnter(bool isCreate) => TryEnter(isCreate ? createLimit : limit);
}

/// <summary>Admits status requests that wait.</summary>
internal sealed class WatchLimit(IOptions<GatewayOptions> options) : InFlightLimit
{
    private readonly int limit = options.Value.MaxWatching;

    public bool TryEnter() => TryEnter(limit);
}

/// <summary>When to try again after a refusal.</summary>
internal static class RetryLater
{
    private const int LeastMs = 500;
    private const int MostMs = 3_000;

    /// <summary>Spread out, so that those who were refused together do not come back together.</summary>
    [SuppressMessage("Security", "CA5394", Justification = "Spreads retries; nothing depends on its being unguessable.")]
    public static TimeSpan Jittered() => TimeSpan.FromMilliseconds(Random.Shared.Next(LeastMs, MostMs));
}
