namespace JobRequests.Gateway.JobRequests;

/// <summary>Puts what became of a command into HTTP.</summary>
internal sealed class CommandAnswerWriter(CommandProblems problems, BacklogMonitor backlog, GatewayTelemetry telemetry)
{
    public Task WriteAsync(HttpContext http, CommandRequest request, CommandResult result)
    {
        SetHeaders(http, request.Envelope.Key, request.Preferences);
        var (success, problem) = Describe(Tracing.IdOf(http), request, result);
        if (problem is null) return WriteSuccessAsync(http, request.Envelope, success!);

        if (result is CommandResult.Rejected { Reply.Replayed: true }) SetReplayed(http.Response);
        if (result is CommandResult.NotEnqueued { Refusal.EstimatedDecisionIn: var estimate }) ProblemWriter.SetEstimate(http.Response, estimate);
        if (problem.Status != StatusCodes.Status202Accepted) return ProblemWriter.WriteAsync(http, problem);

        http.Response.StatusCode = StatusCodes.Status202Accepted;
        http.Response.Headers.Location = problem.Instance;
        ProblemWriter.SetRetryAfter(http.Response, problem.Retry?.AfterMs);
        ProblemWriter.SetEstimate(http.Response, backlog.Predict(request.Envelope.JobRequestId).Wait);
        return http.Response.WriteAsJsonAsync(problem, GatewayJson.Wire.ProblemBody, contentType: null, http.RequestAborted);
    }

    /// <summary>What became of a command, as a body: one of the two. The command counts as answered.</summary>
    public (SuccessBody? Success, ProblemBody? Problem) Describe(string traceId, CommandRequest request, CommandResult result)
    {
        var problem = result is CommandResult.Succeeded ? null : problems.Describe(traceId, request, result);
        telemetry.Answered(request.Envelope.Command.Operation, result.Outcome, problem?.Code, request.StartedAt);
        return (result is CommandResult.Succeeded success ? SuccessBody.Of(request.Envelope.JobRequestId, request.Envelope.Key, success.Reply) : null, problem);
    }

    /// <summary>The answer to a command whose form is wrong, or whose address cannot be one of a job.</summary>
    public static Task WriteAsync(HttpContext http, Refusal refusal, string? jobRequestId)
    {
        SetLink(http.Response);
        return ProblemWriter.WriteAsync(http, refusal, jobRequestId);
    }

    private static Task WriteSuccessAsync(HttpContext http, CommandEnvelope envelope, SuccessBody body)
    {
        var response = http.Response;
        if (envelope.Command is JobRequestCommand.Create)
        {
            response.StatusCode = StatusCodes.Status201Created;
            response.Headers.Location = $"/v1/job-requests/{envelope.JobRequestId}";
        }

        response.Headers.ETag = VersionTag.Format(body.Version);
        if (body.Replayed) SetReplayed(response);
        return response.WriteAsJsonAsync(body, GatewayJson.Wire.SuccessBody, contentType: null, http.RequestAborted);
    }

    /// <summary>The rules of keys, the key as it was sent, and which preferences are followed.</summary>
    public static void SetHeaders(HttpContext http, string key, Preferences preferences)
    {
        SetLink(http.Response);
        var sent = http.Request.Headers[IdempotencyKey.Header];
        http.Response.Headers[IdempotencyKey.Header] = sent.Count == 1 ? sent : key;
        if (preferences.Applied is { } applied) http.Response.Headers["Preference-Applied"] = applied;
    }

    public static void SetLink(HttpResponse response)
    {
        response.Headers.CacheControl = "no-store";
        response.Headers.Link = "</docs/idempotency>; rel=\"describedby\"";
    }

    public static void SetReplayed(HttpResponse response) => response.Headers["Idempotency-Replayed"] = "true";
}
