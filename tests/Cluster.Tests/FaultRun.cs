using System.Diagnostics;
using JobRequests.Testing.Backends;
using JobRequests.Testing.Load;

namespace JobRequests.Cluster.Tests;

/// <summary>Load on a cluster while something breaks: begins, goes on through the fault, ends with everything checked.</summary>
internal sealed class FaultRun : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private static int _seed = Environment.TickCount & 0xFFFF;

    private readonly LocalCluster _cluster;
    private readonly CancellationTokenSource _enough = new();
    private readonly Task _load;

    private FaultRun(LocalCluster cluster)
    {
        _cluster = cluster;
        Caller = new RecordingCaller(cluster.Gateways);
        Crowd = new Crowd(Interlocked.Increment(ref _seed), callers: 12, pace: TimeSpan.FromMilliseconds(60));
        _load = Crowd.RunAsync(Caller, _enough.Token, endures: true);
    }

    public RecordingCaller Caller { get; }

    public Crowd Crowd { get; }

    /// <summary>Returns when the load runs and is answered.</summary>
    public static async Task<FaultRun> StartAsync(LocalCluster cluster)
    {
        var run = new FaultRun(cluster);
        await run.AnsweredAsync(200);
        return run;
    }

    /// <summary>Returns when as many more calls were decided, of those that began after this call.</summary>
    public async Task AnsweredAsync(int count)
    {
        var (since, started) = (RecordingCaller.Now(), Stopwatch.GetTimestamp());
        while (Caller.Calls.Count(call => call.Start >= since && call.IsDecided) < count)
        {
            if (_load.IsCompleted) await _load;
            Assert.True(
                Stopwatch.GetElapsedTime(started) < Limit,
                $"Waited {Limit} for {count} decisions. The last answers: "
                    + $"{string.Join(", ", Caller.Calls.Reverse().Take(10).Select(call => $"{call.Status} {call.Code}"))}");
            // Looks at what the callers have recorded; nothing is assumed about how long that takes.
            await Task.Delay(50);
        }
    }

    /// <summary>Returns when as many more calls came back, whatever they brought.</summary>
    public async Task CalledAsync(int count)
    {
        var (before, started) = (Caller.Calls.Count, Stopwatch.GetTimestamp());
        while (Caller.Calls.Count < before + count)
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Limit, $"Waited {Limit} for {count} calls to come back.");
            // As above.
            await Task.Delay(50);
        }
    }

    /// <summary>New jobs, enough to meet every partition, are created within the limit.</summary>
    public async Task EveryPartitionAnswersWithinAsync(TimeSpan limit)
    {
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, 60).Select(async number =>
        {
            var key = $"after-{started}-{number}";
            await Caller.SendUntilDecidedAsync(new Request(Domain.JobRequestId.Derive("zoe", key), "create", "zoe", key, ["ann"]));
        }));
        var taken = Stopwatch.GetElapsedTime(started);
        Assert.True(taken < limit, $"It took {taken} until every partition was answered; at most {limit} was allowed.");
    }

    /// <summary>Ends the load and checks everything.</summary>
    public async Task FinishAsync()
    {
        await AnsweredAsync(200);
        await _enough.CancelAsync();
        await _load;
        await Aftermath.CheckAsync(_cluster, Crowd, Caller);
    }

    public async ValueTask DisposeAsync()
    {
        await _enough.CancelAsync();
        await ((Task)_load).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Caller.Dispose();
        _enough.Dispose();
    }
}
