using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace JobRequests.Grains;

/// <summary>
/// How many commands this silo decides a second, at most: capacity as a setting, for what is behind the silo. Commands beyond it wait
/// in the log, where gateways see them and refuse what would wait too long.
/// </summary>
internal sealed class DecisionRate : IDisposable
{
    private const int RefillsPerSecond = 20;

    private readonly TokenBucketRateLimiter? _limiter;
    private readonly int _most;

    public DecisionRate(IOptions<JobRequestOptions> options)
    {
        var rate = options.Value.MaxCommandsPerSecond;
        if (rate == 0) return;
        var tokens = Math.Max(1, rate / RefillsPerSecond);
        _most = Math.Max(1, rate / 4);
        _limiter = new TokenBucketRateLimiter(new TokenBucketRateLimiterOptions
        {
            TokenLimit = _most,
            TokensPerPeriod = tokens,
            ReplenishmentPeriod = TimeSpan.FromSeconds((double)tokens / rate),
            QueueLimit = int.MaxValue,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });
    }

    /// <summary>Returns when so many commands may be decided.</summary>
    public async ValueTask TakeAsync(int commands)
    {
        if (_limiter is null) return;

        // A batch waits in the queue once, not once for each of its commands.
        for (var left = commands; left > 0; left -= _most) (await _limiter.AcquireAsync(Math.Min(left, _most))).Dispose();
    }

    public void Dispose() => _limiter?.Dispose();
}
