using Microsoft.AspNetCore.SignalR;

namespace JobRequests.Gateway.Hosting;

/// <summary>
/// Refuses what a page of another site sends, unless <see cref="GatewayOptions.AllowedOrigins"/> names it. A browser keeps the answer to a foreign
/// request from the page, but sends it; and a WebSocket it does not keep from anybody.
/// </summary>
internal sealed class OriginMiddleware(RequestDelegate next, IOptions<GatewayOptions> options)
{
    public Task InvokeAsync(HttpContext http) =>
        OnlyReads(http) || IsAllowed(http.Request) ? next(http) : ProblemWriter.WriteAsync(http, new Refusal(ProblemTypes.OriginNotAllowed));

    private static bool OnlyReads(HttpContext http) =>
        (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsOptions(http.Request.Method))
            && http.GetEndpoint()?.Metadata.GetMetadata<HubMetadata>() is null;

    private bool IsAllowed(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        if (origin.Length == 0 || request.Headers["Sec-Fetch-Site"] == "same-origin") return true;
        // Without the scheme: where a proxy ends TLS, the request has another one than the page.
        return (Uri.TryCreate(origin, UriKind.Absolute, out var page) && page.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase))
            || options.Value.AllowedOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase);
    }
}
