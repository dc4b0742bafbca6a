using System.Threading.RateLimiting;
using JobRequests.Gateway.Identity;
using JobRequests.Gateway.Problems;
using JobRequests.Gateway.Requests;
using Microsoft.Extensions.Options;

namespace JobRequests.Gateway.Limits;

/// <summary>Each caller's share: a bucket of tokens that fills at a constant rate.</summary>
internal sealed class CallerQuota : IDisposable
{
    private readonly PartitionedRateLimiter<string> limiter;
    private readonly TimeSpan perToken;

    public CallerQuota(IOptions<GatewayOptions> options)
    {
        var rate = options.Value.CallerRate;
        var burst = options.Value.CallerBurst;
        var (tokens, period) = rate >= 10 ? (rate / 10, TimeSpan.FromMilliseconds(100)) : (1, TimeSpan.FromSeconds(1.0 / rate));
        perToken = period;
        limiter = PartitionedRateLimiter.Create<string, string>(person => RateLimitPartition.GetTokenBucketLimiter(person, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = burst,
            TokensPerPeriod = tokens,
            ReplenishmentPeriod = period,
            QueueLimit = 0,
            AutoReplenishment = true,
        }));
    }

    /// <returns>Null if the request is within the share, else how it is refused.</returns>
    public Refusal? Take(string person)
    {
        using var lease = limiter.AttemptAcquire(person);
        if (lease.IsAcquired) return null;
        var after = lease.TryGetMetadata(MetadataName.RetryAfter, out var known) ? known : perToken;
        return new Refusal(ProblemTypes.QuotaExceeded, RetryAfter: after + RetryLater.Jittered());
    }

    public void Dispose() => limiter.Dispose();
}

/// <summary>Refuses callers beyond their share, before anything of the request is looked at.</summary>
internal sealed class CallerQuotaMiddleware(RequestDelegate next, CallerQuota quota)
{
    public Task InvokeAsync(HttpContext http)
    {
        if (http.User.Identity is not { IsAuthenticated: true } || quota.Take(http.User.ToCaller().Person) is not { } refusal) return next(http);
        return ProblemWriter.WriteAsync(http, refusal);
    }
}
