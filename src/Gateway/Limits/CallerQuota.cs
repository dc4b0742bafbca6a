using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;

namespace JobRequests.Gateway.Limits;

/// <summary>Each caller's share: a bucket of tokens that fills at a constant rate. Who has no valid token shares that of its address.</summary>
internal sealed class CallerQuota : IDisposable
{
    public const string Header = "RateLimit";
    public const string PolicyHeader = "RateLimit-Policy";

    private const int BytesPerToken = 4 * 1024;

    private readonly PartitionedRateLimiter<Source> _limiter;
    private readonly GatewayOptions _settings;

    public CallerQuota(IOptions<GatewayOptions> options)
    {
        _settings = options.Value;
        var (callers, addresses) = (Bucket(_settings.CallerRate, _settings.CallerBurst), Bucket(_settings.AnonymousRate, _settings.AnonymousBurst));
        _limiter = PartitionedRateLimiter.Create<Source, Source>(
            source => RateLimitPartition.GetTokenBucketLimiter(source, key => key.IsAddress ? addresses : callers));
        OfRequests = _limiter.WithTranslatedKey<HttpContext>(SourceOf, leaveOpen: true);
    }

    /// <summary>Each request takes one token.</summary>
    public PartitionedRateLimiter<HttpContext> OfRequests { get; }

    /// <returns>Null if the request is within the share, else how it is refused.</returns>
    public Refusal? Take(string person) => Take(new Source(person, IsAddress: false), 1);

    /// <summary>
    /// What a body costs beside the one token of its request: one for each further command in it, or where that is more, for each 4 KB, since to
    /// store a large one takes longer. Never more than a bucket holds after that one.
    /// </summary>
    public Refusal? TakeForBody(string person, int commands, long bytes) =>
        Math.Min(Math.Max(commands - 1, bytes / BytesPerToken), _settings.CallerBurst - 1) is > 0 and var tokens
            ? Take(new Source(person, IsAddress: false), (int)tokens)
            : null;

    /// <summary>The answer says what is left of the share (draft-ietf-httpapi-ratelimit-headers).</summary>
    public void WriteHeaders(HttpContext http)
    {
        var source = SourceOf(http);
        var (name, rate, burst) = source.IsAddress
            ? ("address", _settings.AnonymousRate, _settings.AnonymousBurst)
            : ("caller", _settings.CallerRate, _settings.CallerBurst);
        var left = _limiter.GetStatistics(source)?.CurrentAvailablePermits ?? burst;
        var headers = http.Response.Headers;
        headers[PolicyHeader] = string.Create(CultureInfo.InvariantCulture, $"\"{name}\";q={burst};w={Seconds(burst)}");
        headers[Header] = string.Create(CultureInfo.InvariantCulture, $"\"{name}\";r={left};t={Seconds(burst - left)}");

        long Seconds(long tokens) => (tokens + rate - 1) / rate;
    }

    public static Refusal RefusalOf(RateLimitLease lease)
    {
        var after = lease.TryGetMetadata(MetadataName.RetryAfter, out var known) ? known : TimeSpan.Zero;
        return new Refusal(ProblemTypes.QuotaExceeded, RetryAfter: after + RetryLater.Jittered());
    }

    public void Dispose() => _limiter.Dispose();

    private Refusal? Take(Source source, int tokens)
    {
        using var lease = _limiter.AttemptAcquire(source, tokens);
        return lease.IsAcquired ? null : RefusalOf(lease);
    }

    private static TokenBucketRateLimiterOptions Bucket(int rate, int burst)
    {
        var (tokens, period) = rate >= 10 ? (rate / 10, TimeSpan.FromMilliseconds(100)) : (1, TimeSpan.FromSeconds(1.0 / rate));
        return new TokenBucketRateLimiterOptions
        { TokenLimit = burst, TokensPerPeriod = tokens, ReplenishmentPeriod = period, QueueLimit = 0, AutoReplenishment = true };
    }

    private static Source SourceOf(HttpContext http) =>
        http.User.Identity is { IsAuthenticated: true }
            ? new Source(http.User.ToCaller().Person, IsAddress: false)
            : new Source(NetworkOf(http.Connection.RemoteIpAddress), IsAddress: true);

    // One subscriber of IPv6 has 2^64 addresses.
    private static string NetworkOf(IPAddress? address)
    {
        if (address is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false })
            return Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8));
        return address?.MapToIPv4().ToString() ?? "";
    }

    private readonly record struct Source(string Name, bool IsAddress);
}

/// <summary>Refuses callers beyond their share, before anything of the request is looked at. Every other answer says what is left.</summary>
internal static class CallerQuotaHosting
{
    public static void AddCallerQuota(this IServiceCollection services)
    {
        services.AddSingleton<CallerQuota>();
        services.AddRateLimiter();
        services.AddOptions<RateLimiterOptions>().Configure<CallerQuota>(static (limits, quota) =>
        {
            limits.GlobalLimiter = quota.OfRequests;
            limits.OnRejected = (context, _) =>
            {
                quota.WriteHeaders(context.HttpContext);
                return new ValueTask(ProblemWriter.WriteAsync(context.HttpContext, CallerQuota.RefusalOf(context.Lease)));
            };
        });
    }

    public static void UseCallerQuota(this WebApplication app)
    {
        var quota = app.Services.GetRequiredService<CallerQuota>();
        app.UseRateLimiter();
        app.Use(next => http =>
        {
            if (http.GetEndpoint()?.Metadata.GetMetadata<DisableRateLimitingAttribute>() is null) quota.WriteHeaders(http);
            return next(http);
        });
    }
}
