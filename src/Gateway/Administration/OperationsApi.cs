namespace JobRequests.Gateway.Administration;

/// <summary>What operators ask.</summary>
internal static class OperationsApi
{
    public static void MapOperations(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/admin/status", static (HttpContext http, OperationsReader reader) => reader.WriteStatusAsync(http))
            .RequireAdministrator()
            .AsAdministration<OperationsStatusBody>(
                "readServiceStatus",
                "How the service is",
                "Commands and refusals of the last minute, the backlog of each partition, and which silos, gateways and servers answer. For administrators.",
                OperationProblems.OfOperator);
}
