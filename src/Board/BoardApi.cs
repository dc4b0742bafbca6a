using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace JobRequests.Board;

/// <summary>The web board: a page and its files. What it shows it gets from the routes that everybody else uses, with the token of who looks.</summary>
public static class BoardApi
{
    // No script, style or picture but the board's own, and no sink that turns a text into markup or code: the one policy names the service worker.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; manifest-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types board";

    public static void AddBoard(this IServiceCollection services)
    {
        services.AddOptions<BoardOptions>().BindConfiguration(BoardOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<BoardOptions>, BoardOptionsValidator>();
        services.AddSingleton<BoardFiles>();
    }

    /// <remarks>Not limited by address: the page is many files, and behind a proxy everybody may have one address.</remarks>
    public static void MapBoard(this IEndpointRouteBuilder routes, BoardIdentityBody identity)
    {
        routes.MapGet("/", static (HttpContext http, BoardFiles files) => WritePageAsync(http, files.Page))
            .AllowAnonymous()
            .DisableRateLimiting()
            .ExcludeFromDescription();
        routes.MapGet("/service-worker.js", static (HttpContext http, BoardFiles files) => WritePageAsync(http, files.Worker))
            .AllowAnonymous()
            .DisableRateLimiting()
            .ExcludeFromDescription();
        routes.MapGet("/board/config.json", (HttpContext http, BoardFiles files, IOptions<BoardOptions> board) =>
            WriteConfigAsync(http, files, identity, board.Value)).AllowAnonymous().DisableRateLimiting().ExcludeFromDescription();
        routes.MapGet("/board/{version}/{**path}", static (HttpContext http, string version, string path, BoardFiles files) =>
            WriteFileAsync(http, version, path, files)).AllowAnonymous().DisableRateLimiting().ExcludeFromDescription();
    }

    private static Task WritePageAsync(HttpContext http, StaticFile page)
    {
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.CacheControl = "no-cache";
        return page.WriteAsync(http);
    }

    private static Task WriteConfigAsync(HttpContext http, BoardFiles files, BoardIdentityBody identity, BoardOptions board)
    {
        http.Response.Headers.CacheControl = "no-cache";
        var links = new BoardLinksBody("/docs", NullIfEmpty(board.DashboardUrl), NullIfEmpty(board.KafkaUiUrl), NullIfEmpty(board.MapAddress));
        var body = new BoardConfigBody(files.Version, identity, links);
        return http.Response.WriteAsJsonAsync(body, JsonSerializerOptions.Web, http.RequestAborted);
    }

    private static Task WriteFileAsync(HttpContext http, string version, string path, BoardFiles files)
    {
        if (files.Find(path) is not { } file) return TypedResults.NotFound().ExecuteAsync(http);

        // While gateways are being replaced, a page of one version may ask a gateway of another: it gets what there is, but does not keep it.
        http.Response.Headers.CacheControl = version == files.Version ? "public, max-age=31536000, immutable" : "no-cache";
        return file.WriteAsync(http);
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
