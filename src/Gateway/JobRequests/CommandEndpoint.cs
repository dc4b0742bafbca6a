namespace JobRequests.Gateway.JobRequests;

/// <summary>What every command route does: read, execute or preview, answer.</summary>
internal sealed class CommandEndpoint(
    CommandReader reader, CommandExecutor executor, CommandAnswerWriter answers, GatewayTelemetry telemetry, IJobRequests jobs, PreviousJob previous,
    SiloQuestions silos, TimeProvider time)
{
    /// <param name="http">The request.</param>
    /// <param name="route">The command's.</param>
    /// <param name="id">The job in the address; null for a create, whose id is derived from the caller and the key.</param>
    /// <param name="task">The task in the address, where the route has one.</param>
    public Task HandleAsync(HttpContext http, CommandRoute route, string? id = null, string task = "") =>
        // An id of another form belongs to no job: nobody is asked.
        id is not null && !JobRequestId.IsWellFormed(id)
            ? CommandAnswerWriter.WriteAsync(http, new Refusal(ProblemTypes.JobRequestNotFound), jobRequestId: null)
            : route.HasTask && !WellFormed.TaskId(task)
                ? CommandAnswerWriter.WriteAsync(http, Refusal.Field("task", "must be 1 to 64 letters, digits and _ . -"), jobRequestId: null)
            : ReadAndExecuteAsync(http, route, id, task);

    private async Task ReadAndExecuteAsync(HttpContext http, CommandRoute route, string? jobRequestId, string task)
    {
        var operation = route.Operation;
        using var activity = GatewayTelemetry.Start(operation);
        var startedAt = time.GetTimestamp();
        var (dryRun, refusal) = DryRun.Read(http.Request);
        CommandRequest? request = null;
        if (refusal is null) (request, refusal) = await reader.ReadAsync(http, route, jobRequestId, task, dryRun);
        if (refusal is not null)
        {
            telemetry.Answered(operation, Outcomes.Refused, refusal.Type.Code, startedAt);
            await CommandAnswerWriter.WriteAsync(http, refusal, jobRequestId);
        }
        else if (dryRun)
        {
            await PreviewAsync(http, request!);
        }
        else
        {
            await AnswerAsync(http, request!, await executor.ExecuteAsync(request!, http.RequestAborted));
        }
    }

    private async Task AnswerAsync(HttpContext http, CommandRequest request, CommandResult result)
    {
        try
        {
            await answers.WriteAsync(http, request, result);
        }
        catch
        {
            // From here on 503 would be a lie. A connection that breaks says what is true: the caller knows nothing.
            http.Abort();
            throw;
        }
    }

    private async Task PreviewAsync(HttpContext http, CommandRequest request)
    {
        CommandAnswerWriter.SetLink(http.Response);
        var job = request.Envelope.JobRequestId;
        if (request.OutOfTime is { } errors)
        {
            await ProblemWriter.WriteAsync(http, new Refusal(ProblemTypes.Validation, errors), job);
            return;
        }

        var (envelope, refusal) = await previous.CompleteAsync(request.Envelope, http.RequestAborted);
        if (envelope is null)
        {
            await ProblemWriter.WriteAsync(http, refusal!, job);
            return;
        }

        if (await silos.AskAsync(http, "a dry run", _ => jobs.PreviewAsync(envelope), job) is not { Content: var reply }) return;
        switch (reply)
        {
            case JobRequestReply.Succeeded success:
                await WriteAsync(http, DryRunBody.Of(Outcomes.Success, null, success.Version, success.Rank));
                break;
            case JobRequestReply.Rejected rejected:
                await WriteAsync(http, DryRunBody.Of(Outcomes.Fail, rejected.Code, rejected.Version));
                break;
            case JobRequestReply.TooManyAttempts:
                await ProblemWriter.WriteAsync(http, new Refusal(ProblemTypes.TooManyAttempts, RetryAfter: TimeSpan.FromSeconds(30)), job);
                break;
            case JobRequestReply.NotFound:
                await ProblemWriter.WriteAsync(http, new Refusal(ProblemTypes.JobRequestNotFound), job);
                break;
            default:
                throw new InvalidOperationException($"A preview does not say {reply.GetType().Name}.");
        }
    }

    private static Task WriteAsync(HttpContext http, DryRunBody body) =>
        http.Response.WriteAsJsonAsync(body, GatewayJson.Wire.DryRunBody, contentType: null, http.RequestAborted);
}
