namespace JobRequests.Client.Wire;

/// <summary>The address under which an outcome is asked for.</summary>
internal static class StatusRoute
{
    private const string Prefix = "/v1/requests/";

    /// <summary>
    /// The route that an answer names in <c>instance</c> or <c>Location</c>, without host: the token goes to the configured service only,
    /// whatever an answer says. Null where neither is a status route.
    /// </summary>
    public static string? NamedBy(Verdict verdict) => Local(verdict.Body.Instance) ?? Local(verdict.Http.Location);

    public static string Of(string key, string? job, string? operation, long? notAfterUnixMs = null)
    {
        List<string> query = [];
        if (job is not null)
            query.Add($"job={Uri.EscapeDataString(job)}");
        if (operation is not null)
            query.Add($"op={Uri.EscapeDataString(operation)}");
        if (notAfterUnixMs is { } ms)
            query.Add(FormattableString.Invariant($"notAfter={ms}"));
        return Prefix + Uri.EscapeDataString(key) + (query.Count == 0 ? "" : "?" + string.Join('&', query));
    }

    /// <summary>A question about a request beyond what became of it: <c>explain</c> or <c>timeline</c>.</summary>
    public static string Of(string key, string question, string? job, string? operation)
    {
        var route = Of(key, job, operation);
        var end = route.IndexOf('?', StringComparison.Ordinal);
        return route.Insert(end < 0 ? route.Length : end, "/" + question);
    }

    private static string? Local(string? address)
    {
        var at = address?.IndexOf(Prefix, StringComparison.Ordinal) ?? -1;
        return at < 0 ? null : address![at..];
    }
}
