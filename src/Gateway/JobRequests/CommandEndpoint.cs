using System.Text.Json.Serialization.Metadata;
using JobRequests.Domain;
using JobRequests.Gateway.Json;
using JobRequests.Gateway.Problems;
using JobRequests.Gateway.Requests;
using JobRequests.Gateway.Telemetry;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Gateway.JobRequests;

/// <summary>What every command route does: read, execute or preview, answer.</summary>
internal sealed class CommandEndpoint(
    CommandReader reader, CommandExecutor executor, CommandAnswerWriter answers, GatewayTelemetry telemetry, IJobRequests jobs, SiloQuestions silos, TimeProvider time)
{
    /// <summary>A step of the job <paramref name="id"/>.</summary>
    public Task HandleAsync<TBody>(HttpContext http, string operation, string id, JsonTypeInfo<TBody> bodyType, Func<TBody?, JobCommand> toCommand)
        where TBody : CommandBody =>
        // An id of another form belongs to no job: nobody is asked.
        JobRequestId.IsWellFormed(id)
            ? HandleAsync(http, operation, id, bodyType, bodyRequired: false, toCommand)
            : CommandAnswerWriter.WriteAsync(http, new Refusal(ProblemTypes.JobRequestNotFound), jobRequestId: null);

    /// <summary>A create: its job's id is derived from the caller and the key.</summary>
    public Task HandleCreateAsync(HttpContext http) =>
        HandleAsync(http, Operations.Create, jobRequestId: null, GatewayJson.Wire.CreateJobRequest, bodyRequired: true, static body => body!.ToCommand());

    private async Task HandleAsync<TBody>(
        HttpContext http, string operation, string? jobRequestId, JsonTypeInfo<TBody> bodyType, bool bodyRequired, Func<TBody?, JobCommand> toCommand)
        where TBody : CommandBody
    {
        using var activity = GatewayTelemetry.Start(operation);
        var startedAt = time.GetTimestamp();
        var (dryRun, refusal) = DryRun.Read(http.Request);
        CommandRequest? request = null;
        if (refusal is null) (request, refusal) = await reader.ReadAsync(http, jobRequestId, bodyType, bodyRequired, toCommand, dryRun);
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

        if (await silos.AskAsync(http, "a dry run", _ => jobs.PreviewAsync(request.Envelope), job) is not { Content: var reply }) return;
        switch (reply)
        {
            case JobRequestReply.Succeeded success:
                await WriteAsync(http, DryRunBody.Of(Outcomes.Success, null, success.Version));
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
