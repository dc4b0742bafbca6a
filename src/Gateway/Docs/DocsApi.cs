using Scalar.AspNetCore;

namespace JobRequests.Gateway.Docs;

/// <summary>Everything that explains the API. Nothing of it comes from another host.</summary>
internal static class DocsApi
{
    private const string StyleResource = "JobRequests.Gateway.Docs.style.css";

    public static void MapDocs(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/openapi/v1.json", static async (ApiDocument document) => Results.Text(await document.ReadAsync(), "application/json; charset=utf-8"))
            .AllowAnonymous().ExcludeFromDescription();
        routes.MapScalarApiReference("/docs", static options => options
            .WithTitle("Job requests")
            .AddPreferredSecuritySchemes(ApiDescription.BearerScheme)
            .DisableDefaultFonts()
            .DisableTelemetry()
            .DisableAgent()
            .DisableMcp()
            .HideDeveloperTools()
            .HideClientButton()).AllowAnonymous();
        routes.MapGet(HtmlPage.StylePath, static () => Results.Stream(
            typeof(DocsApi).Assembly.GetManifestResourceStream(StyleResource)!, "text/css")).AllowAnonymous().ExcludeFromDescription();
        routes.MapIdempotencyPage();
        routes.MapProblemPages();
    }
}
