using JobRequests.Gateway.Telemetry;

namespace JobRequests.Gateway.Hosting;

/// <summary>The headers of every answer: what finds it in the logs, and what a browser must not do with it. A page that needs more says so itself.</summary>
internal sealed class AnswerHeadersMiddleware(RequestDelegate next)
{
    public const string RequestId = "Request-Id";

    private const string Policy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    private const string Permissions = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()";

    public Task InvokeAsync(HttpContext http)
    {
        // At the very last, so that an answer that is cleared and made anew has them too.
        http.Response.OnStarting(static state => SetAsync(((HttpContext, string))state), (http, Tracing.IdOf(http)));
        return next(http);
    }

    private static Task SetAsync((HttpContext Http, string Id) answer)
    {
        var headers = answer.Http.Response.Headers;
        headers[RequestId] = answer.Id;
        headers.XContentTypeOptions = "nosniff";
        if (answer.Http.Response.ContentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) != true) return Task.CompletedTask;
        if (headers.ContentSecurityPolicy.Count == 0) headers.ContentSecurityPolicy = Policy;
        headers["Referrer-Policy"] = "no-referrer";
        headers["Permissions-Policy"] = Permissions;
        return Task.CompletedTask;
    }
}
