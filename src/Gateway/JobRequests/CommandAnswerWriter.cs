namespace JobRequests.Gateway.JobRequests;

/// <summary>Puts what became of a command into HTTP.</summary>
internal sealed class CommandAnswerWriter(CommandProblems problems, BacklogMonitor backlog, GatewayTelemetry telemetry)
{
    public Task WriteAsync(HttpContext http, CommandRequest request, CommandResult result)
    {
        SetCommonHeaders(http, request);
        if (result is CommandResult.Succeeded success)
        {
            telemetry.Answered(request.Envelope.Command.Operation, Outcomes.Success, code: null, request.StartedAt);
            return WriteSuccessAsync(http, request.Envelope, success.Reply);
        }

        var problem = problems.Describe(Tracing.IdOf(http), request, result);
        telemetry.Answered(request.Envelope.Command.Operation, result.Outcome, problem.Code, request.StartedAt);
        if (result is CommandResult.Rejected { Reply.Replayed: true }) SetReplayed(http.Response);
        if (result is CommandResult.NotEnqueued { Refusal.EstimatedDecisionIn: var estimate }) ProblemWriter.SetEstimate(http.Response, estimate);
        if (problem.Status != StatusCodes.Status202Accepted) return ProblemWriter.WriteAsync(http, problem);

        http.Response.StatusCode = StatusCodes.Status202Accepted;
        http.Response.Headers.Location = problem.Instance;
        ProblemWriter.SetRetryAfter(http.Response, problem.Retry?.AfterMs);
        ProblemWriter.SetEstimate(http.Response, backlog.Predict(request.Envelope.JobRequestId).Wait);
        return http.Response.WriteAsJsonAsync(problem, GatewayJson.Wire.ProblemBody, contentType: null, http.RequestAborted);
    }

    /// <summary>The answer to a command whose form is wrong, or whose address cannot be one of a job.</summary>
    public static Task WriteAsync(HttpContext http, Refusal refusal, string? jobRequestId)
    {
        SetLink(http.Response);
        return ProblemWriter.WriteAsync(http, refusal, jobRequestId);
    }

    public static SuccessBody BodyOf(CommandEnvelope envelope, JobRequestReply.Succeeded reply) => BodyOf(envelope.JobRequestId, envelope.Key, reply);

    public static SuccessBody BodyOf(string jobRequestId, string key, JobRequestReply.Succeeded reply) => new(
        Outcomes.Success, jobRequestId, reply.Version, key, reply.Replayed, reply.Job is { } job ? JobBody.From(job) : null);

    private static Task WriteSuccessAsync(HttpContext http, CommandEnvelope envelope, JobRequestReply.Succeeded reply)
    {
        var response = http.Response;
        if (envelope.Command is JobRequestCommand.Create)
        {
            response.StatusCode = StatusCodes.Status201Created;
            response.Headers.Location = $"/v1/job-requests/{envelope.JobRequestId}";
        }

        response.Headers.ETag = VersionTag.Format(reply.Version);
        if (reply.Replayed) SetReplayed(response);
        return response.WriteAsJsonAsync(BodyOf(envelope, reply), GatewayJson.Wire.SuccessBody, contentType: null, http.RequestAborted);
    }

    private static void SetCommonHeaders(HttpContext http, CommandRequest request)
    {
        var response = http.Response;
        SetLink(response);
        var sent = http.Request.Headers[IdempotencyKey.Header];
        response.Headers[IdempotencyKey.Header] = sent.Count == 1 ? sent : request.Envelope.Key;
        if (request.Preferences.Applied is { } applied) response.Headers["Preference-Applied"] = applied;
    }

    public static void SetLink(HttpResponse response)
    {
        response.Headers.CacheControl = "no-store";
        response.Headers.Link = "</docs/idempotency>; rel=\"describedby\"";
    }

    public static void SetReplayed(HttpResponse response) => response.Headers["Idempotency-Replayed"] = "true";
}
