using Microsoft.AspNetCore.Authentication;

namespace JobRequests.Gateway.Events;

/// <summary>
/// The caller's token as a cookie, for the browser's own <c>EventSource</c>, which cannot send a header. Only the feeds take it, pages of other
/// sites cannot use it, and no script can read it. Any gateway understands it, for it is the token itself.
/// </summary>
internal static class FeedCookie
{
    public const string Route = "/v1/events/session";
    public const string Name = "job-requests-feed";

    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    // What browsers keep of one cookie, less its name and attributes.
    private const int MaxToken = 3800;

    public static Task SetAsync(HttpContext http, TimeProvider time)
    {
        var token = BearerToken.Of(http.Request)!;
        if (token.Length > MaxToken)
            return ProblemWriter.WriteAsync(http, Refusal.Field("Authorization", $"must be at most {MaxToken} characters long to fit into a cookie"));
        var expires = http.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult?.Properties?.ExpiresUtc - time.GetUtcNow();
        var options = Options(http);
        options.MaxAge = expires < Longest ? expires : Longest;
        http.Response.Cookies.Append(Name, token, options);
        return EndAsync(http);
    }

    public static Task DeleteAsync(HttpContext http)
    {
        http.Response.Cookies.Delete(Name, Options(http));
        return EndAsync(http);
    }

    private static Task EndAsync(HttpContext http)
    {
        http.Response.Headers.CacheControl = "no-store";
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private static CookieOptions Options(HttpContext http) => new()
    {
        HttpOnly = true,
        IsEssential = true,
        Path = "/v1",
        SameSite = SameSiteMode.Strict,
        Secure = http.Request.IsHttps,
    };
}

/// <summary>Marks an endpoint that takes the token from <see cref="FeedCookie"/> where there is no header.</summary>
internal sealed class TakesFeedCookie;
