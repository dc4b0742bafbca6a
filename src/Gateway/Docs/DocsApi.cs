using Scalar.AspNetCore;

namespace JobRequests.Gateway.Docs;

/// <summary>Everything that explains the API. Nothing of it comes from another host.</summary>
internal static class DocsApi
{
    private const string StyleResource = "JobRequests.Gateway.Docs.style.css";
    private const string TryOutResource = "JobRequests.Gateway.Docs.try-out.js";
    private const string TryOutPath = "/docs/try-out.js";

    public static void MapDocs(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/openapi/v1.json", WriteDocumentAsync).AllowAnonymous().ExcludeFromDescription();
        routes.MapScalarApiReference("/docs", static (options, http) => options
            .WithTitle("Job requests")
            .AddPreferredSecuritySchemes(ApiDescription.BearerScheme)
            .DisableDefaultFonts()
            .DisableTelemetry()
            .DisableAgent()
            .DisableMcp()
            .HideDeveloperTools()
            .WithNonce()
            .HideClientButton()
            // Relative, so that it also works behind a path prefix.
            .WithJavaScriptConfiguration(TryOutPath[1..])
            .AddHttpAuthentication(ApiDescription.BearerScheme, scheme => scheme.Token = ExampleToken(http))).AllowAnonymous();
        routes.MapGet(TryOutPath, static () => Resource(TryOutResource, "text/javascript")).AllowAnonymous().ExcludeFromDescription();
        routes.MapGet(HtmlPage.StylePath, static () => Resource(StyleResource, "text/css")).AllowAnonymous().ExcludeFromDescription();
        routes.MapIdempotencyPage();
        routes.MapProblemPages();
    }

    private static async Task WriteDocumentAsync(HttpContext http, ApiDocument document)
    {
        http.Response.Headers.CacheControl = "public, max-age=300";
        await (await document.ReadAsync()).WriteAsync(http);
    }

    // With development identities the first click works; everybody else brings a token.
    private static string? ExampleToken(HttpContext http) =>
        http.RequestServices.GetRequiredService<IOptions<IdentityOptions>>().Value.Development ? "dev-zoe" : null;

    private static IResult Resource(string name, string contentType) => Results.Stream(typeof(DocsApi).Assembly.GetManifestResourceStream(name)!, contentType);
}
