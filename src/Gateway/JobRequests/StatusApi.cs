using JobRequests.Gateway.Docs;

namespace JobRequests.Gateway.JobRequests;

/// <summary>The route that says what became of a request.</summary>
internal static class StatusApi
{
    public static IEndpointConventionBuilder MapRequestStatus(this IEndpointRouteBuilder routes) => routes.MapGet("/v1/requests/{key}", ReadStatus).AsRead<RequestStateBody>(
        "read-request", "Ask what became of a command",
        "DECIDED or PENDING; 404 where nothing is known. With Prefer: wait=N it waits for the outcome. Asked after notAfter plus the clock tolerance, "
        + "the job records that the deadline passed, unless it decided the command: the answer is then a fact.",
        new QueryParameterDescription("job", "The job request.", "5f0c6a52-7d0f-5b9c-9a60-0d6d3b5a4e11"),
        new QueryParameterDescription("op", "The operation.", "accept"),
        new QueryParameterDescription("notAfter", "The command's deadline, milliseconds since 1970.", "1795000000000"));

    private static Task ReadStatus(HttpContext http, string key, StatusReader reader) => reader.WriteAsync(http, key);
}
