namespace JobRequests.Gateway.JobRequests;

/// <summary>The routes that say why, and when.</summary>
internal static class ExplanationsApi
{
    private static readonly ParameterDescription[] Named =
    [
        new("job", "The job request; without it what the gateways remember of the key, else the job that it would have created."),
        new("op", "The operation."),
        new("notAfter", "The command's deadline, milliseconds since 1970, where it is known."),
        new("sig", "Proves that the address is one of an answer. Without it notAfter counts for nothing."),
    ];

    public static void MapExplanations(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/requests/{key}/explain", Explain).AsRequestRead<ExplanationBody>(
            OperationKind.Explanation, "explainRequest", "Ask why a command has its outcome",
            "The rule that decided, the version it was decided at, and, where it lost to another command, by how much and to which place in the log. "
            + "Whose command that was is told to the job's requester, to administrators and to that person. Another caller's key tells nothing.",
            Named);
        routes.MapGet("/v1/requests/{key}/timeline", ReadTimeline).AsRequestRead<RequestTimelineBody>(
            OperationKind.Explanation, "readRequestTimeline", "Read when each step of a command was done",
            "Received by a gateway, written to the log, read by a silo, decided, committed, published, stored in the view. Each time is of the clock of the "
                + "machine that did it.",
            Named);
        routes.MapGet("/v1/job-requests/{id}/timeline", ReadJobTimeline).AsJobRead<JobTimelineBody>(
            "readJobTimeline", "Read a job's ledger on a time axis",
            "Every request that was decided, in the order of decision: its outcome, its times, who won, and by how much the others lost. For the job's "
                + "requester and administrators. "
            + "A repeat changes nothing and is not stored: only the attempt that was decided is here.")
            .WithMetadata(new ProblemsDescription([.. OperationProblems.OfJobQuestion, ProblemTypes.OfRejection(Rejections.NotAllowed.Code)]));
    }

    private static Task Explain(HttpContext http, string key, ExplanationReader reader) => reader.WriteExplanationAsync(http, key);

    private static Task ReadTimeline(HttpContext http, string key, ExplanationReader reader) => reader.WriteTimelineAsync(http, key);

    private static Task ReadJobTimeline(HttpContext http, string id, JobTimelineReader reader) => reader.WriteAsync(http, id);
}
