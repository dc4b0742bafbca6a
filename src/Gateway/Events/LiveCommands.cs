using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.SignalR;

namespace JobRequests.Gateway.Events;

/// <summary>Commands that come by the hub go the way of all commands; only their answers come later.</summary>
internal sealed partial class LiveCommands(
    LiveCommandReader reader, CommandExecutor executor, CommandAnswerWriter answers, GatewayTelemetry telemetry, SecurityLog log, IHubContext<LiveHub> hub,
    TimeProvider time, ILogger<LiveCommands> logger)
{
    private const string Outcome = "Outcome";

    /// <returns>Null where the command was taken; its outcome is told even when the connection has gone, to the caller's others. Else why not.</returns>
    public async Task<Refusal?> BeginAsync(
        LiveSession session, Caller caller, HubCallerContext connection, string? operation, string? job, string? key, JsonElement body,
        CancellationToken aborted)
    {
        var startedAt = time.GetTimestamp();
        if (!session.TryBegin()) return new Refusal(ProblemTypes.QuotaExceeded, RetryAfter: RetryLater.Jittered());
        var (request, refusal) = await reader.ReadAsync(caller, operation, job, key, body, aborted);
        if (refusal is not null)
        {
            session.End();
            telemetry.Answered(operation is not null && Operations.All.Contains(operation) ? operation : "", Outcomes.Refused, refusal.Type.Code, startedAt);
            return refusal;
        }

        _ = ExecuteAsync(session, connection.ConnectionId, connection.GetHttpContext()?.Connection.RemoteIpAddress, request!);
        return null;
    }

    private async Task ExecuteAsync(LiveSession session, string connection, IPAddress? address, CommandRequest request)
    {
        try
        {
            using var activity = GatewayTelemetry.Start(request.Envelope.Command.Operation);
            var answer = await AnswerAsync(request, address, activity?.TraceId.ToHexString() ?? "");
            var listening = session.IsOver ? hub.Clients.User(request.Envelope.Caller.Person) : hub.Clients.Client(connection);
            await listening.SendAsync(Outcome, request.Envelope.Key, answer);
        }
        catch (Exception exception)
        {
            // Nobody is told anything that is not known; the same key asks again.
            NotAnswered(logger, exception, request.Envelope.JobRequestId);
        }
        finally
        {
            session.End();
        }
    }

    private async Task<RawJson> AnswerAsync(CommandRequest request, IPAddress? address, string traceId)
    {
        var result = await executor.ExecuteAsync(request, CancellationToken.None);
        var (success, problem) = answers.Describe(traceId, request, result);
        if (problem is null) return RawJson.From(success!, GatewayJson.Wire.SuccessBody);
        log.Answered(request.Envelope.Caller.Person, address, LiveApi.Method, LiveApi.Route, problem);
        return RawJson.From(problem, GatewayJson.Wire.ProblemBody);
    }

    [LoggerMessage(LogLevel.Warning, "What became of a command for job {JobRequestId} could not be told.")]
    private static partial void NotAnswered(ILogger logger, Exception exception, string jobRequestId);
}
