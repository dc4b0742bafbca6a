using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace JobRequests.Gateway.Hosting;

/// <summary>What the commands of the last minute came to.</summary>
/// <param name="Seconds">How much of the past is covered, at most 60.</param>
/// <param name="Outcomes">Commands answered, by outcome.</param>
/// <param name="Refusals">Commands refused with 503, by reason.</param>
/// <param name="Latencies">How many answers to commands that were not refused took how long; see <see cref="LatencyScale"/>.</param>
/// <param name="RefusalLatencies">The same of those that were.</param>
internal sealed record LastMinute(
    double Seconds, IReadOnlyDictionary<string, long> Outcomes, IReadOnlyDictionary<string, long> Refusals, int[] Latencies, int[] RefusalLatencies);

/// <summary>Counts commands second by second and forgets them after a minute.</summary>
internal sealed class CommandStatistics
{
    private const int Seconds = 60;

    private readonly Second?[] _seconds = new Second?[Seconds];
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly long _origin;
    private readonly Counter<long> _refused;

    public CommandStatistics(IMeterFactory meters, TimeProvider time)
    {
        _time = time;
        _origin = _time.GetTimestamp();
        _refused = meters.Create(GatewayTelemetry.Name)
            .CreateCounter<long>("jobrequests.commands.refused", "{command}", "Commands refused with 503 before they were published, by reason.");
    }

    public void Refused(string reason)
    {
        _refused.Add(1, new KeyValuePair<string, object?>("reason", reason));
        Current().Refusals.AddOrUpdate(reason, 1, static (_, count) => count + 1);
    }

    public void Answered(string outcome, TimeSpan latency)
    {
        var second = Current();
        second.Outcomes.AddOrUpdate(outcome, 1, static (_, count) => count + 1);
        var latencies = outcome == Problems.Outcomes.Refused ? second.RefusalLatencies : second.Latencies;
        Interlocked.Increment(ref latencies[LatencyScale.BucketOf(latency)]);
    }

    public LastMinute Read()
    {
        var now = Now;
        var (outcomes, refusals) = (new Dictionary<string, long>(), new Dictionary<string, long>());
        var (latencies, refusalLatencies) = (new int[LatencyScale.Buckets], new int[LatencyScale.Buckets]);
        lock (_gate)
        {
            foreach (var second in _seconds)
            {
                if (second is null || second.Number <= now - Seconds) continue;
                foreach (var (outcome, count) in second.Outcomes) outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + count;
                foreach (var (reason, count) in second.Refusals) refusals[reason] = refusals.GetValueOrDefault(reason) + count;
                for (var i = 0; i < LatencyScale.Buckets; i++)
                {
                    latencies[i] += Volatile.Read(ref second.Latencies[i]);
                    refusalLatencies[i] += Volatile.Read(ref second.RefusalLatencies[i]);
                }
            }
        }

        return new LastMinute(Math.Clamp(_time.GetElapsedTime(_origin).TotalSeconds, 1, Seconds), outcomes, refusals, latencies, refusalLatencies);
    }

    private long Now => (long)_time.GetElapsedTime(_origin).TotalSeconds;

    private Second Current()
    {
        var now = Now;
        lock (_gate)
        {
            ref var second = ref _seconds[now % Seconds];
            if (second is null || second.Number != now) second = new Second(now);
            return second;
        }
    }

    private sealed class Second(long number)
    {
        public long Number => number;

        public ConcurrentDictionary<string, long> Outcomes { get; } = new();

        public ConcurrentDictionary<string, long> Refusals { get; } = new();

        public int[] Latencies { get; } = new int[LatencyScale.Buckets];

        public int[] RefusalLatencies { get; } = new int[LatencyScale.Buckets];
    }
}
