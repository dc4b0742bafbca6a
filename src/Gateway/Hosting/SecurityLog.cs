using System.Net;
using System.Threading.RateLimiting;

namespace JobRequests.Gateway.Hosting;

/// <summary>
/// Who was refused, and what administrators did: one event each, with the properties Subject, Address, Method, Route and Outcome. Routes are
/// patterns, not addresses: no token and no body is in them.
/// </summary>
internal sealed partial class SecurityLog(ILogger<SecurityLog> logger) : IDisposable
{
    private const string Nobody = "-";

    // Who sends bad tokens as fast as the network allows must not fill the disk.
    private readonly TokenBucketRateLimiter _lines = new(new TokenBucketRateLimiterOptions
    {
        TokenLimit = 1_000,
        TokensPerPeriod = 100,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        QueueLimit = 0,
    });

    private long _leftOut;

    /// <summary>Looks at an answer over HTTP.</summary>
    public void Answered(HttpContext http)
    {
        var subject = http.User.FindFirst(Callers.SubjectClaim)?.Value;
        var route = (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? Nobody;
        var outcome = http.Items.TryGetValue(typeof(ProblemBody), out var code) ? (string)code! : $"{http.Response.StatusCode}";
        if (IsRefusal(http.Response.StatusCode)) Refused(subject, http.Connection.RemoteIpAddress, http.Request.Method, route, outcome);
        else if (HttpMethods.IsPost(http.Request.Method) && Administrators.IsRequiredBy(http.GetEndpoint()))
            Administered(logger, subject, http.Connection.RemoteIpAddress, http.Request.Method, route, outcome);
    }

    /// <summary>Looks at an answer to one of the commands that a connection or a call carries.</summary>
    public void Answered(string subject, IPAddress? address, string method, string route, ProblemBody problem)
    {
        if (IsRefusal(problem.Status)) Refused(subject, address, method, route, problem.Code);
    }

    public void Dispose() => _lines.Dispose();

    private static bool IsRefusal(int status) =>
        status is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden or StatusCodes.Status429TooManyRequests;

    private void Refused(string? subject, IPAddress? address, string method, string route, string outcome)
    {
        using var line = _lines.AttemptAcquire();
        if (!line.IsAcquired)
        {
            Interlocked.Increment(ref _leftOut);
            return;
        }

        if (Interlocked.Exchange(ref _leftOut, 0) is > 0 and var count) LeftOut(logger, count);
        Refused(logger, subject ?? Nobody, address, method, route, outcome);
    }

    [LoggerMessage(LogLevel.Warning, "Refused {Subject} at {Address}: {Method} {Route}, {Outcome}")]
    private static partial void Refused(ILogger logger, string subject, IPAddress? address, string method, string route, string outcome);

    [LoggerMessage(LogLevel.Warning, "{Count} more refusals were not logged one by one; there were too many at once.")]
    private static partial void LeftOut(ILogger logger, long count);

    [LoggerMessage(LogLevel.Information, "Administration by {Subject} at {Address}: {Method} {Route}, {Outcome}")]
    private static partial void Administered(ILogger logger, string? subject, IPAddress? address, string method, string route, string outcome);
}

/// <summary>Logs each answer that <see cref="SecurityLog"/> is about.</summary>
internal sealed class SecurityLogMiddleware(RequestDelegate next, SecurityLog log)
{
    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http);
        }
        finally
        {
            log.Answered(http);
        }
    }
}
