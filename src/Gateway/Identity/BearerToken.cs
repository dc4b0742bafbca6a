namespace JobRequests.Gateway.Identity;

/// <summary>The token of <c>Authorization: Bearer …</c>; where browsers cannot send that header, of the address or a cookie.</summary>
internal static class BearerToken
{
    private const string Prefix = "Bearer ";

    public static string? Of(HttpRequest request)
    {
        var header = request.Headers.Authorization;
        if (header.Count == 0 && request.Path.StartsWithSegments(LiveApi.Route)) return request.Query["access_token"] is [{ Length: > 0 } token] ? token : null;
        if (header.Count == 0 && request.HttpContext.GetEndpoint()?.Metadata.GetMetadata<TakesFeedCookie>() is not null)
            return request.Cookies[FeedCookie.Name];
        return header.Count == 1 && header[0] is { } text && text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? text[Prefix.Length..].Trim() : null;
    }
}
