using JobRequests.Gateway.Docs;
using JobRequests.Gateway.Json;
using JobRequests.Gateway.Requests;
using JobRequests.Grains.Abstractions;
using Microsoft.OpenApi;

namespace JobRequests.Gateway.JobRequests;

/// <summary>The routes of job requests.</summary>
internal static class JobRequestsApi
{
    public static RouteGroupBuilder MapJobRequests(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/job-requests");

        group.MapPost("/", Create).AsCommand<CreateJobRequest>(
            Operations.Create, "createJob", "Offer a job", "Creates a job request and names who may take it. The caller becomes its requester.",
            """{"candidates":["ann","bob"],"tasks":[{"id":"t1","name":"windows"}],"title":"Clean the windows"}""");
        group.MapPost("/{id}/accept", Accept).AsCommand<StepBody>(Operations.Accept, "acceptJob", "Take the job", "Exactly one candidate succeeds; everybody else is told already-accepted.");
        group.MapPost("/{id}/decline", Decline).AsCommand<DeclineJobRequest>(
            Operations.Decline, "declineJob", "Say no", "When nobody is left who may answer, the job is Declined.", """{"reason":"on holiday"}""");
        group.MapPost("/{id}/withdraw", Withdraw).AsCommand<StepBody>(
            Operations.Withdraw, "withdrawFromJob", "Give the job back", "The winner withdraws before the start; the job is open again, in a new epoch.");
        group.MapPost("/{id}/cancel", Cancel).AsCommand<StepBody>(Operations.Cancel, "cancelJob", "Cancel the job", "The requester ends a job that is not finished.");
        group.MapPost("/{id}/start", Start).AsCommand<StepBody>(Operations.Start, "startJob", "Start the work", "The winner begins.");
        group.MapPost("/{id}/tasks/{task}/finish", FinishTask).AsCommand<StepBody>(Operations.FinishTask, "finishTask", "Finish a task", "The winner has done one of the tasks.");
        group.MapPost("/{id}/finish", Finish).AsCommand<StepBody>(Operations.Finish, "finishJob", "Finish the job", "The winner is done; every task has to be finished.");
        group.MapGet("/", ListJobs).AsListRead<JobListBody>(
            "listJobs", "List jobs", "The jobs that the caller requested or is a candidate of, all of them for an administrator, newest first, each as reading it shows it. "
            + "A page may hold fewer than limit, even none, while next is not null: go on with it. View-Lag-Ms says how far the list may be behind.",
            new ParameterDescription("status", "Only jobs of this status."),
            new ParameterDescription("candidate", "me: only jobs that the caller is a candidate of. An administrator may name anybody."),
            new ParameterDescription("requester", "me: only jobs that the caller requested. An administrator may name anybody."),
            new ParameterDescription("q", "Only jobs whose title contains this, whatever the case of the letters."),
            new ParameterDescription("cursor", "next of the page before, with the same filters."),
            new ParameterDescription("limit", "At most so many, 1 to 200; 50 when left out."));
        group.MapGet("/counts", CountJobs).AsListRead<JobCountsBody>(
            "countJobs", "Count jobs by status", "How many of the jobs that the caller may see have which status. Where complete is false, only the newest 10,000 were counted.",
            new ParameterDescription("candidate", "me: only jobs that the caller is a candidate of. An administrator may name anybody."),
            new ParameterDescription("requester", "me: only jobs that the caller requested. An administrator may name anybody."));
        group.MapGet("/{id}", ReadJob).AsJobRead<JobBody>(
            "readJob", "Read a job", "The job as the caller may see it. If-None-Match with the ETag is answered with 304 while nothing has changed.",
            new ParameterDescription("consistency", "strong asks the job itself instead of the view."),
            new ParameterDescription("minVersion", "Wait until the view has this version."),
            new ParameterDescription("If-None-Match", "The ETag of an earlier answer.", ParameterLocation.Header)).WithMetadata(new ConditionalDescription());
        group.MapGet("/{id}/history", ReadHistory).AsJobRead<HistoryBody>("readJobHistory", "Read a job's events", "What happened, oldest first, as the caller may see it.",
            new ParameterDescription("If-None-Match", "The ETag of an earlier answer.", ParameterLocation.Header)).WithMetadata(new ConditionalDescription());
        return group;
    }

    private static Task Create(HttpContext http, CommandEndpoint commands) => commands.HandleCreateAsync(http);

    private static Task Accept(HttpContext http, string id, CommandEndpoint commands) => Step(http, Operations.Accept, id, commands, static _ => new JobCommand.Accept());

    private static Task Decline(HttpContext http, string id, CommandEndpoint commands) =>
        commands.HandleAsync(http, Operations.Decline, id, GatewayJson.Wire.DeclineJobRequest, static body => new JobCommand.Decline(body?.Reason));

    private static Task Withdraw(HttpContext http, string id, CommandEndpoint commands) => Step(http, Operations.Withdraw, id, commands, static _ => new JobCommand.Withdraw());

    private static Task Cancel(HttpContext http, string id, CommandEndpoint commands) => Step(http, Operations.Cancel, id, commands, static _ => new JobCommand.Cancel());

    private static Task Start(HttpContext http, string id, CommandEndpoint commands) => Step(http, Operations.Start, id, commands, static _ => new JobCommand.Start());

    private static Task FinishTask(HttpContext http, string id, string task, CommandEndpoint commands) => WellFormed.TaskId(task)
        ? Step(http, Operations.FinishTask, id, commands, _ => new JobCommand.FinishTask(task))
        : CommandAnswerWriter.WriteAsync(http, Refusal.Field("task", "must be 1 to 64 letters, digits and _ . -"), jobRequestId: null);

    private static Task Finish(HttpContext http, string id, CommandEndpoint commands) => Step(http, Operations.Finish, id, commands, static _ => new JobCommand.Finish());

    private static Task Step(HttpContext http, string operation, string id, CommandEndpoint commands, Func<StepBody?, JobCommand> toCommand) =>
        commands.HandleAsync(http, operation, id, GatewayJson.Wire.StepBody, toCommand);

    private static Task ListJobs(HttpContext http, JobLister lister) => lister.WriteListAsync(http);

    private static Task CountJobs(HttpContext http, JobLister lister) => lister.WriteCountsAsync(http);

    private static Task ReadJob(HttpContext http, string id, JobReader reader) => reader.WriteJobAsync(http, id);

    private static Task ReadHistory(HttpContext http, string id, JobReader reader) => reader.WriteHistoryAsync(http, id);
}
