namespace JobRequests.Gateway.JobRequests;

/// <summary>The route that says what became of a request.</summary>
internal static class StatusApi
{
    public static IEndpointConventionBuilder MapRequestStatus(this IEndpointRouteBuilder routes) => routes.MapGet("/v1/requests/{key}", ReadStatus);

    private static Task ReadStatus(HttpContext http, string key, StatusReader reader) => reader.WriteAsync(http, key);
}
