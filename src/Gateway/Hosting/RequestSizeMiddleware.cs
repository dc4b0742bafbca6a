using Microsoft.AspNetCore.Http.Features;

namespace JobRequests.Gateway.Hosting;

/// <summary>Bounds the address and the headers. The web server's own bounds are wider, for its answer to who exceeds them has no body.</summary>
internal sealed class RequestSizeMiddleware(RequestDelegate next)
{
    public const int MaxAddress = 4 * 1024;
    public const int MaxHeaders = 16 * 1024;
    public const int MaxHeaderCount = 64;

    // ": " and the end of the line.
    private const int HeaderOverhead = 4;

    // The hub's address holds the token, which is a header elsewhere.
    private const int MaxHubAddress = MaxAddress + MaxHeaders;

    public Task InvokeAsync(HttpContext http)
    {
        var most = http.Request.Path.StartsWithSegments(LiveApi.Route) ? MaxHubAddress : MaxAddress;
        if (http.Features.Get<IHttpRequestFeature>()!.RawTarget.Length > most) return ProblemWriter.WriteAsync(http, new Refusal(ProblemTypes.AddressTooLong));

        var (count, bytes) = (0, 0);
        foreach (var (name, values) in http.Request.Headers)
            foreach (var value in values)
            {
                count++;
                bytes += name.Length + (value?.Length ?? 0) + HeaderOverhead;
            }

        return count > MaxHeaderCount || bytes > MaxHeaders ? ProblemWriter.WriteAsync(http, new Refusal(ProblemTypes.HeadersTooLarge)) : next(http);
    }
}
