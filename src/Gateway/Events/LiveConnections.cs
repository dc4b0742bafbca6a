using System.Collections.Concurrent;
using JobRequests.Gateway.Limits;
using JobRequests.Gateway.Problems;
using JobRequests.Gateway.Requests;
using Microsoft.Extensions.Options;

namespace JobRequests.Gateway.Events;

/// <summary>Counts the connections that stay, feeds and hub together, and refuses what would go beyond a limit.</summary>
internal sealed class LiveConnections(IOptions<FeedOptions> options, IHostApplicationLifetime lifetime)
{
    private readonly ConcurrentDictionary<string, int> byCaller = new(StringComparer.Ordinal);
    private int count;

    public int Count => Volatile.Read(ref count);

    /// <summary>The process takes no more of them and ends those it has.</summary>
    public bool AreEnding => lifetime.ApplicationStopping.IsCancellationRequested;

    /// <summary>What <see cref="Enter"/> would say now.</summary>
    public Refusal? Check(string person)
    {
        if (AreEnding) return new Refusal(ProblemTypes.Unavailable, RetryAfter: RetryLater.Jittered());
        if (Count >= options.Value.MaxConnections) return new Refusal(ProblemTypes.Overloaded, RetryAfter: RetryLater.Jittered());
        return byCaller.GetValueOrDefault(person) < options.Value.MaxConnectionsPerCaller
            ? null
            : new Refusal(ProblemTypes.QuotaExceeded, RetryAfter: RetryLater.Jittered());
    }

    /// <returns>Null where it may stay, until <see cref="Leave"/>; else how it is refused.</returns>
    public Refusal? Enter(string person)
    {
        if (AreEnding) return new Refusal(ProblemTypes.Unavailable, RetryAfter: RetryLater.Jittered());
        if (Interlocked.Increment(ref count) > options.Value.MaxConnections)
        {
            Interlocked.Decrement(ref count);
            return new Refusal(ProblemTypes.Overloaded, RetryAfter: RetryLater.Jittered());
        }

        if (byCaller.AddOrUpdate(person, 1, static (_, theirs) => theirs + 1) <= options.Value.MaxConnectionsPerCaller) return null;
        Leave(person);
        return new Refusal(ProblemTypes.QuotaExceeded, RetryAfter: RetryLater.Jittered());
    }

    public void Leave(string person)
    {
        Interlocked.Decrement(ref count);
        var left = byCaller.AddOrUpdate(person, 0, static (_, theirs) => theirs - 1);
        if (left <= 0) byCaller.TryRemove(KeyValuePair.Create(person, left));
    }
}
