namespace JobRequests.Gateway.Hosting;

/// <summary>HEAD is answered like GET, without its body, which the web server leaves out.</summary>
internal sealed class HeadMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext http)
    {
        if (HttpMethods.IsHead(http.Request.Method) && !http.Request.Path.StartsWithSegments(LiveApi.Route))
        {
            http.Features.Set(new HeadRequest());
            http.Request.Method = HttpMethods.Get;
        }

        return next(http);
    }
}

/// <summary>Marks a request whose answer ends with its headers.</summary>
internal sealed class HeadRequest;

/// <summary>OPTIONS names an address's methods. Nobody has to say who asks: they are documented.</summary>
internal sealed class OptionsMiddleware(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext http)
    {
        // Routing has found the address, but none of its methods: its own answer, 405 with Allow, has no metadata.
        if (!HttpMethods.IsOptions(http.Request.Method) || http.GetEndpoint() is not { Metadata.Count: 0, RequestDelegate: { } nameMethods })
        {
            await next(http);
            return;
        }

        await nameMethods(http);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        CompleteAllow(http.Response);
    }

    /// <summary>Names the methods that are not routes of their own.</summary>
    public static void CompleteAllow(HttpResponse response)
    {
        var allowed = response.Headers.Allow.ToString();
        response.Headers.Allow = allowed.Contains(HttpMethods.Get, StringComparison.Ordinal) ? $"{allowed}, HEAD, OPTIONS" : $"{allowed}, OPTIONS";
    }
}
