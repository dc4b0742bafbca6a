namespace JobRequests.Gateway.Hosting;

/// <summary>Buckets from 0.5 ms up, each 15 % wider than the one before; the last one is open.</summary>
internal static class LatencyScale
{
    public const int Buckets = 88;

    private const double LeastMs = 0.5;
    private const double Growth = 1.15;

    public static int BucketOf(TimeSpan latency) =>
        latency.TotalMilliseconds <= LeastMs ? 0 : Math.Min(Buckets - 1, (int)Math.Ceiling(Math.Log(latency.TotalMilliseconds / LeastMs, Growth)));

    /// <summary>The upper bound of the bucket that holds the percentile, in milliseconds; null where nothing was counted.</summary>
    /// <param name="counts">One count for each bucket.</param>
    /// <param name="share">0.99 for the 99th percentile.</param>
    public static double? Percentile(IReadOnlyList<long> counts, double share)
    {
        var total = counts.Sum();
        if (total == 0) return null;
        var rank = (long)Math.Ceiling(total * share);
        var bucket = 0;
        for (var seen = counts[0]; seen < rank; seen += counts[++bucket])
        {
        }

        return Math.Round(LeastMs * Math.Pow(Growth, bucket), 2);
    }
}
