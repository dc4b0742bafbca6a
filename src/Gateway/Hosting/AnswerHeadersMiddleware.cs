using Scalar.AspNetCore;

namespace JobRequests.Gateway.Hosting;

/// <summary>The headers of every answer: what finds it in the logs, and what a browser must not do with it. A page that needs more says so itself.</summary>
internal sealed class AnswerHeadersMiddleware(RequestDelegate next)
{
    public const string RequestId = "Request-Id";

    private const string Policy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    // The page that tries the API out starts by a script of its own, and writes its styles as it goes.
    private const string TryOutPolicy =
        "default-src 'none'; script-src 'self' 'nonce-{0}'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src "
            + "'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private const string Permissions = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()";

    public Task InvokeAsync(HttpContext http)
    {
        // At the very last, so that an answer that is cleared and rebuilt has them too.
        http.Response.OnStarting(static state => SetAsync(((HttpContext, string))state), (http, Tracing.IdOf(http)));
        return next(http);
    }

    private static Task SetAsync((HttpContext Http, string Id) answer)
    {
        var headers = answer.Http.Response.Headers;
        headers[RequestId] = answer.Id;
        headers.XContentTypeOptions = "nosniff";
        if (answer.Http.Response.ContentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) != true) return Task.CompletedTask;
        // Orleans' dashboard is not ours: it starts by scripts of its own.
        if (headers.ContentSecurityPolicy.Count == 0 && !answer.Http.Request.Path.StartsWithSegments(ClusterDashboard.Route))
            headers.ContentSecurityPolicy = PolicyOf(answer.Http);
        headers["Referrer-Policy"] = "no-referrer";
        headers["Permissions-Policy"] = Permissions;
        return Task.CompletedTask;
    }

    private static string PolicyOf(HttpContext http) =>
        http.Items[ScalarOptions.NonceHttpContextItemKey] is string nonce ? TryOutPolicy.Replace("{0}", nonce, StringComparison.Ordinal) : Policy;
}
