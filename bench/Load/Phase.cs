using System.Diagnostics;

namespace JobRequests.Bench;

/// <param name="Name">What was done.</param>
/// <param name="PerSecond">Answers a second.</param>
/// <param name="P50">Milliseconds.</param>
/// <param name="P95">Milliseconds.</param>
/// <param name="P99">Milliseconds.</param>
/// <param name="Unexpected">Answers of another status than the phase expects.</param>
internal sealed record PhaseResult(string Name, int Count, int Width, double PerSecond, double P50, double P95, double P99, int Unexpected);

internal static class Phase
{
    /// <summary>Runs <paramref name="count"/> calls from <paramref name="width"/> callers, each sending its next call when the last is answered.</summary>
    public static async Task<PhaseResult> RunAsync(string name, int count, int width, Func<int, Task<bool>> call)
    {
        var latencies = new Latencies();
        var next = -1;
        var unexpected = 0;
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Math.Min(width, count)).Select(async _ =>
        {
            await Task.Yield();
            int index;
            while ((index = Interlocked.Increment(ref next)) < count)
            {
                var sent = Stopwatch.GetTimestamp();
                if (!await call(index)) Interlocked.Increment(ref unexpected);
                latencies.Record(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
            }
        }));
        var elapsed = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return new PhaseResult(name, count, width, count / elapsed, latencies.Percentile(50), latencies.Percentile(95), latencies.Percentile(99), unexpected);
    }
}
