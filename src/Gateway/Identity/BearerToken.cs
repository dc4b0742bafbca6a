namespace JobRequests.Gateway.Identity;

/// <summary>The token of <c>Authorization: Bearer …</c>.</summary>
internal static class BearerToken
{
    private const string Prefix = "Bearer ";

    public static string? Of(HttpRequest request)
    {
        var header = request.Headers.Authorization;
        return header.Count == 1 && header[0] is { } text && text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? text[Prefix.Length..].Trim() : null;
    }
}
