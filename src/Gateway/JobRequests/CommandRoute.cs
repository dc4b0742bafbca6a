using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace JobRequests.Gateway.JobRequests;

/// <summary>How a command is sent: by a POST to <see cref="Path"/>, or through the hub under the name of its operation.</summary>
/// <param name="Operation">One of <see cref="Operations"/>.</param>
/// <param name="Path">Below <c>/v1/job-requests</c>.</param>
/// <param name="Body">What the body may hold.</param>
/// <param name="ToCommand">Makes the command of the body, null where there is none, and the task in the address.</param>
/// <param name="Name">The operation's id in the OpenAPI document.</param>
/// <param name="Summary">In a few words.</param>
/// <param name="Description">In a sentence.</param>
/// <param name="Example">A body that works.</param>
internal sealed record CommandRoute(
    string Operation, string Path, JsonTypeInfo Body, Func<CommandBody?, string, JobRequestCommand> ToCommand, string Name, string Summary, string Description,
    string Example = "{}")
{
    public static readonly ImmutableArray<CommandRoute> All =
    [
        new(Operations.Create, "/", GatewayJson.Wire.CreateJobRequest, static (body, _) => ((CreateJobRequest)body!).ToCommand(),
            "createJob", "Offer a job", "Creates a job request and names who may take it. The caller becomes its requester.",
            """{"candidates":["ann","bob"],"tasks":[{"id":"t1","name":"windows"}],"title":"Clean the windows"}"""),
        Step(Operations.Accept, static () => new JobRequestCommand.Accept(), "acceptJob", "Take the job",
            "Exactly one candidate succeeds; everybody else is told already-accepted."),
        new(Operations.Decline, "/{id}/decline", GatewayJson.Wire.DeclineJobRequest,
            static (body, _) => new JobRequestCommand.Decline((body as DeclineJobRequest)?.Reason),
            "declineJob", "Say no", "When nobody is left who may answer, the job is Declined.", """{"reason":"on holiday"}"""),
        Step(Operations.Withdraw, static () => new JobRequestCommand.Withdraw(), "withdrawFromJob", "Give the job back",
            "The winner withdraws before the start; the job is open again, in a new epoch."),
        Step(Operations.Cancel, static () => new JobRequestCommand.Cancel(), "cancelJob", "Cancel the job", "The requester ends a job that is not finished."),
        Step(Operations.Start, static () => new JobRequestCommand.Start(), "startJob", "Start the work", "The winner begins."),
        new(Operations.FinishTask, "/{id}/tasks/{task}/finish", GatewayJson.Wire.StepBody, static (_, task) => new JobRequestCommand.FinishTask(task),
            "finishTask", "Finish a task", "The winner has done one of the tasks."),
        Step(Operations.Finish, static () => new JobRequestCommand.Finish(), "finishJob", "Finish the job",
            "The winner is done; every task has to be finished."),
    ];

    public bool IsCreate => Operation == Operations.Create;

    /// <summary>Whether the command names a task.</summary>
    public bool HasTask => Operation == Operations.FinishTask;

    public static CommandRoute? Find(string? operation) => All.FirstOrDefault(route => route.Operation == operation);

    /// <summary>The command of <see cref="Example"/>.</summary>
    public JobRequestCommand ExampleCommand(string task) => ToCommand((CommandBody?)JsonSerializer.Deserialize(Example, Body), task);

    private static CommandRoute Step(string operation, Func<JobRequestCommand> toCommand, string name, string summary, string description) =>
        new(operation, $"/{{id}}/{operation}", GatewayJson.Wire.StepBody, (_, _) => toCommand(), name, summary, description);
}
