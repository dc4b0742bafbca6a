using JobRequests.Gateway.Json;
using JobRequests.Gateway.Requests;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Gateway.JobRequests;

/// <summary>The routes of job requests.</summary>
internal static class JobRequestsApi
{
    public static RouteGroupBuilder MapJobRequests(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/job-requests");

        group.MapPost("/", Create);
        group.MapPost("/{id}/accept", Accept);
        group.MapPost("/{id}/decline", Decline);
        group.MapPost("/{id}/withdraw", Withdraw);
        group.MapPost("/{id}/cancel", Cancel);
        group.MapPost("/{id}/start", Start);
        group.MapPost("/{id}/tasks/{task}/finish", FinishTask);
        group.MapPost("/{id}/finish", Finish);
        group.MapGet("/{id}", ReadJob);
        group.MapGet("/{id}/history", ReadHistory);
        return group;
    }

    private static Task Create(HttpContext http, CommandEndpoint commands) => commands.HandleCreateAsync(http);

    private static Task Accept(HttpContext http, string id, CommandEndpoint commands) => Step(http, id, commands, static _ => new JobCommand.Accept());

    private static Task Decline(HttpContext http, string id, CommandEndpoint commands) =>
        commands.HandleAsync(http, id, GatewayJson.Wire.DeclineJobRequest, static body => new JobCommand.Decline(body?.Reason));

    private static Task Withdraw(HttpContext http, string id, CommandEndpoint commands) => Step(http, id, commands, static _ => new JobCommand.Withdraw());

    private static Task Cancel(HttpContext http, string id, CommandEndpoint commands) => Step(http, id, commands, static _ => new JobCommand.Cancel());

    private static Task Start(HttpContext http, string id, CommandEndpoint commands) => Step(http, id, commands, static _ => new JobCommand.Start());

    private static Task FinishTask(HttpContext http, string id, string task, CommandEndpoint commands) => WellFormed.TaskId(task)
        ? Step(http, id, commands, _ => new JobCommand.FinishTask(task))
        : CommandAnswerWriter.WriteAsync(http, Refusal.Field("task", "must be 1 to 64 letters, digits and _ . -"), jobRequestId: null);

    private static Task Finish(HttpContext http, string id, CommandEndpoint commands) => Step(http, id, commands, static _ => new JobCommand.Finish());

    private static Task Step(HttpContext http, string id, CommandEndpoint commands, Func<StepBody?, JobCommand> toCommand) =>
        commands.HandleAsync(http, id, GatewayJson.Wire.StepBody, toCommand);

    private static Task ReadJob(HttpContext http, string id, JobReader reader) => reader.WriteJobAsync(http, id);

    private static Task ReadHistory(HttpContext http, string id, JobReader reader) => reader.WriteHistoryAsync(http, id);
}
