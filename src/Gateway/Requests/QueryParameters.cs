namespace JobRequests.Gateway.Requests;

/// <summary>
/// The query parameters that an endpoint knows. A misspelt one would be left out silently, and a dry run become the real thing, so any other
/// is refused. Endpoints without this are pages: they ignore what they do not know.
/// </summary>
internal sealed record QueryParameters(params string[] Names)
{
    /// <summary>How the parameters begin that filter by metadata; the key follows.</summary>
    public const string Metadata = "metadata.";

    /// <summary>What an endpoint names that takes them.</summary>
    public const string AnyMetadata = Metadata + "KEY";

    public static bool IsMetadata(string name) => name.StartsWith(Metadata, StringComparison.OrdinalIgnoreCase);

    /// <summary>A parameter that is unknown, or given twice.</summary>
    public Refusal? WhatIsWrong(IQueryCollection query)
    {
        foreach (var (name, values) in query)
        {
            if (!Names.Contains(IsMetadata(name) ? AnyMetadata : name, StringComparer.OrdinalIgnoreCase))
                return Refusal.Field(name,
                    Names.Length == 0
                        ? "is an unknown query parameter; it has none"
                        : $"is an unknown query parameter; expected one of {string.Join(", ", Names)}");
            if (values.Count > 1) return Refusal.Field(name, "must be given once");
        }

        return null;
    }
}

/// <summary>Refuses requests with a query parameter that their endpoint does not know; brings the job in the address into the one form that ids have.</summary>
internal sealed class AddressMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext http)
    {
        if (http.Request.RouteValues.TryGetValue("id", out var id) && JobRequestId.Read(id as string) is { } job) http.Request.RouteValues["id"] = job;
        return http.GetEndpoint()?.Metadata.GetMetadata<QueryParameters>()?.WhatIsWrong(http.Request.Query) is { } refusal
            ? CommandAnswerWriter.WriteAsync(http, refusal, jobRequestId: null)
            : next(http);
    }
}
