using Microsoft.OpenApi;

namespace JobRequests.Gateway.JobRequests;

/// <summary>The route that says what became of a request.</summary>
internal static class StatusApi
{
    public static IEndpointConventionBuilder MapRequestStatus(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/requests/{key}", ReadStatus).AsRequestRead<RequestStateBody>(
        OperationKind.RequestState, "readRequestState", "Ask what became of a command",
        "DECIDED or PENDING; 404 where nothing is known. With Prefer: wait=N it waits for the outcome. Asked after notAfter plus the clock tolerance at the "
            + "address that an answer named (instance or Location, with its sig), "
        + "the job records that the deadline passed, unless it decided the command: the answer is then a fact.",
        new ParameterDescription("job", "The job request."),
        new ParameterDescription("op", "The operation."),
        new ParameterDescription("notAfter", "The command's deadline, milliseconds since 1970."),
        new ParameterDescription("sig", "Proves that the address is one of an answer. Without it notAfter counts for nothing."),
        new ParameterDescription("Prefer", "wait=N waits N seconds for the outcome.", ParameterLocation.Header));

    private static Task ReadStatus(HttpContext http, string key, StatusReader reader) => reader.WriteAsync(http, key);
}
