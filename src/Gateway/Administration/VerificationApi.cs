namespace JobRequests.Gateway.Administration;

/// <summary>The silos' verification of what is stored, for operators.</summary>
internal static class VerificationApi
{
    private const string Route = "/v1/admin/verify";

    public static void MapVerification(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Route, static (HttpContext http, VerificationReader reader) => reader.WriteAsync(http, start: false))
            .RequireAdministrator()
            .AsAdministration<VerificationBody>(
                "readVerification",
                "Whether what is stored keeps every promise",
                "The result of the last verification: clean, violations (the first 20), or unknown; running while one is under way, with the result before it. "
                    + "For administrators.",
                OperationProblems.OfOperator);
        routes.MapPost(Route, static (HttpContext http, VerificationReader reader) => reader.WriteAsync(http, start: true))
            .RequireAdministrator()
            .AsAdministration<VerificationBody>(
                "runVerification",
                "Verify what is stored, now",
                "Begins a verification in the background unless one is under way; ask for the result with GET. It reads slowly, so that the service is not "
                    + "held up. For administrators.",
                OperationProblems.OfOperatorCommand);
    }
}

/// <summary>Asks the one silo that verifies.</summary>
internal sealed class VerificationReader(IVerification verification, IClusterConnection connection, SiloQuestions silos)
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);

    public async Task WriteAsync(HttpContext http, bool start)
    {
        if (await silos.AskAsync(http, "the verification", _ => AskAsync(start), timeout: AnswerTimeout) is not { Content: var status }) return;
        http.Response.Headers.CacheControl = "no-store";
        await http.Response.WriteAsJsonAsync(VerificationBody.From(status), GatewayJson.Wire.VerificationBody, contentType: null, http.RequestAborted);
    }

    private Task<VerificationStatus> AskAsync(bool start)
    {
        if (!connection.IsUp) throw new ClusterUnavailableException();
        return start ? verification.StartAsync() : verification.ReadAsync();
    }
}

/// <summary>The silos' verification. Every call may fail or hang: the caller bounds it.</summary>
internal interface IVerification
{
    /// <inheritdoc cref="IVerificationGrain.Read"/>
    Task<VerificationStatus> ReadAsync();

    /// <inheritdoc cref="IVerificationGrain.Start"/>
    Task<VerificationStatus> StartAsync();
}

internal sealed class OrleansVerification(IClusterClient cluster) : IVerification
{
    public Task<VerificationStatus> ReadAsync() => cluster.GetGrain<IVerificationGrain>(0).Read();

    public Task<VerificationStatus> StartAsync() => cluster.GetGrain<IVerificationGrain>(0).Start();
}
