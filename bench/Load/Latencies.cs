using HdrHistogram;

namespace JobRequests.Bench;

/// <summary>How long calls took: to three digits, up to ten minutes. Many threads can record at once.</summary>
internal sealed class Latencies
{
    private readonly LongConcurrentHistogram _microseconds = new(1, 600_000_000, 3);

    public double Mean => _microseconds.GetMean() / 1e3;

    public void Record(double milliseconds) => _microseconds.RecordValue(Math.Max(0, (long)(milliseconds * 1e3)));

    /// <returns>Milliseconds.</returns>
    public double Percentile(double percentile) => _microseconds.GetValueAtPercentile(percentile) / 1e3;
}
