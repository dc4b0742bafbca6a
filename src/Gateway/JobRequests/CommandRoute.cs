using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Refused = JobRequests.Domain.Rejections;

namespace JobRequests.Gateway.JobRequests;

/// <summary>How a command is sent: by a POST to <see cref="Path"/>, or through the hub under the name of its operation.</summary>
/// <param name="Operation">One of <see cref="Operations"/>.</param>
/// <param name="Path">Below <c>/v1/job-requests</c>.</param>
/// <param name="Body">What the body may hold.</param>
/// <param name="ToCommand">Makes the command of the body, null where there is none, and the task in the address.</param>
/// <param name="Name">The operation's id in the OpenAPI document.</param>
/// <param name="Summary">In a few words.</param>
/// <param name="Description">In a sentence.</param>
/// <param name="Explanation">Why it succeeded, and what happened.</param>
/// <param name="Rejections">How the rules can refuse it, beside what any command can meet.</param>
/// <param name="Example">A body that works.</param>
internal sealed record CommandRoute(
    string Operation, string Path, JsonTypeInfo Body, Func<CommandBody?, string, JobRequestCommand> ToCommand, string Name, string Summary, string Description,
    string Explanation, ImmutableArray<Rejection> Rejections, string Example = "{}")
{
    private static readonly ImmutableArray<Rejection> OfAnswer = [Refused.NotAllowed, Refused.AlreadyAnswered, Refused.AlreadyAccepted];

    private static readonly ImmutableArray<Rejection> OfWinner = [Refused.NotAllowed, Refused.NotAccepted];

    public static readonly ImmutableArray<CommandRoute> All =
    [
        new(Operations.Create, "/", GatewayJson.Wire.CreateJobRequest, static (body, _) => ((CreateJobRequest)body!).ToCommand(),
            "createJob", "Offer a job", "Creates a job request and names who may take it, or repeats a closed one. The caller becomes its requester.",
            "Nobody had created this job before: it was created.", [Refused.AlreadyExists],
            """
            {"candidates":["ann","bob"],"tasks":[{"id":"t1","name":"windows"}],"title":"Clean the windows","place":{"text":"Quay 3","latitude":53.54,"longitude":9.98},
            "startsAt":"2030-01-07T08:00:00.000Z","endsAt":"2030-01-07T10:00:00.000Z","instructions":"The key is at the desk.","metadata":{"team":"night"},"waves":[{"size":2,"seconds":60}],"confirmSeconds":300}
            """),
        new(Operations.Accept, "/{id}/accept", GatewayJson.Wire.AcceptJobRequest,
            static (body, _) => new JobRequestCommand.Accept(Standby: (body as AcceptJobRequest)?.IfTaken is not null), "acceptJob", "Take the job",
            "Exactly one candidate succeeds; everybody else is told already-accepted, or waits in line with ifTaken: standby.",
            "The job was open, and this was the first accept of a candidate that was decided: the job is theirs.", [.. OfAnswer, Refused.StandbyFull]),
        Step(Operations.Confirm, static () => new JobRequestCommand.Confirm(), "confirmJob", "Say that the win has arrived",
            "The winner confirms before confirmBy, where the job asks for it; starting does the same. Otherwise the win lapses.",
            "The winner confirmed in time: the job stays theirs.", [.. OfWinner, Refused.NotConfirmable]),
        WithReason(Operations.Decline, static reason => new JobRequestCommand.Decline(reason),
            "declineJob", "Say no", "When nobody is left who may answer, the job is Declined.",
            "The candidate had not answered yet: the decline counts.", OfAnswer, "on holiday"),
        Step(Operations.Withdraw, static () => new JobRequestCommand.Withdraw(), "withdrawFromJob", "Give the job back",
            "The winner withdraws before the start: the first on standby has the job, or it is open again, in a new epoch. Somebody on standby leaves the "
                + "line.",
            "The winner may withdraw until the work has started, and whoever waits in line may leave it.", [.. OfWinner, Refused.AlreadyStarted]),
        WithReason(Operations.Cancel, static reason => new JobRequestCommand.Cancel(reason), "cancelJob", "Cancel the job",
            "The requester or an administrator ends a job that is not finished.",
            "The requester and administrators may cancel a job that is not closed: it was cancelled.", [Refused.NotAllowed], "not needed any more"),
        new(Operations.Amend, "/{id}/amend", GatewayJson.Wire.AmendJobRequest, static (body, _) => ((AmendJobRequest)body!).ToCommand(), "amendJob",
            "Change the job", "The requester or an administrator changes what a job says, and adds people. What is null is removed.",
            "The requester and administrators may amend a job that is not closed: it was amended.",
            [Refused.NotAllowed, Refused.EndsBeforeStart, Refused.TooManyCandidates],
            """{"title":"Clean the windows and the doors","addCandidates":["eve"]}"""),
        new(Operations.Assign, "/{id}/assign", GatewayJson.Wire.AssignJobRequest,
            static (body, _) => new JobRequestCommand.Assign(((AssignJobRequest)body!).Candidate!), "assignJob", "Give the job to somebody",
            "The requester or an administrator gives an open job to a person, who becomes a candidate where it was none. From there on it is like accepted.",
            "The requester and administrators may assign a job that nobody has: it was assigned.",
            [Refused.NotAllowed, Refused.AlreadyAssigned, Refused.TooManyCandidates], """{"candidate":"bob"}"""),
        WithReason(Operations.Release, static reason => new JobRequestCommand.Release(reason), "releaseJob", "Take the job from its winner",
            "The requester or an administrator takes the job from the winner, also after the start. The first on standby has it, or it is open again, "
                + "in a new epoch; finished tasks stay finished, and that person is not asked again.",
            "The requester and administrators may take a job from the one who has it.", [Refused.NotAllowed, Refused.NotReleasable],
            "ill"),
        Step(Operations.Start, static () => new JobRequestCommand.Start(), "startJob", "Start the work", "The winner begins.",
            "The winner may start the job: it was started.", [.. OfWinner, Refused.AlreadyStarted]),
        new(Operations.FinishTask, "/{id}/tasks/{task}/finish", GatewayJson.Wire.StepBody, static (_, task) => new JobRequestCommand.FinishTask(task),
            "finishTask", "Finish a task", "The winner has done one of the tasks.",
            "The winner has started the job, and the task was open: it was finished.",
            [.. OfWinner, Refused.NotStarted, Refused.TaskUnknown, Refused.TaskAlreadyFinished]),
        Step(Operations.Finish, static () => new JobRequestCommand.Finish(), "finishJob", "Finish the job",
            "The winner is done; every task has to be finished.",
            "Every task was finished: the job was.", [.. OfWinner, Refused.NotStarted, Refused.TasksOpen]),
    ];

    public bool IsCreate => Operation == Operations.Create;

    /// <summary>Whether it cannot be sent without a body.</summary>
    public bool NeedsBody { get; } = Operation is Operations.Create or Operations.Amend
        || Body.Type.GetProperties().Any(static member => member.IsDefined(typeof(RequiredAttribute), inherit: false));

    /// <summary>Whether the command names a task.</summary>
    public bool HasTask => Operation == Operations.FinishTask;

    public static CommandRoute? Find(string? operation) => All.FirstOrDefault(route => route.Operation == operation);

    /// <summary>The command of <see cref="Example"/>.</summary>
    public JobRequestCommand ExampleCommand(string task) => ToCommand((CommandBody?)JsonSerializer.Deserialize(Example, Body), task);

    private static CommandRoute WithReason(string operation, Func<string?, JobRequestCommand> toCommand, string name, string summary, string description,
        string explanation, ImmutableArray<Rejection> rejections, string reason) =>
        new(operation, $"/{{id}}/{operation}", GatewayJson.Wire.ReasonBody, (body, _) => toCommand((body as ReasonBody)?.Reason), name, summary, description,
            explanation, rejections, $$"""{"reason":"{{reason}}"}""");

    private static CommandRoute Step(string operation, Func<JobRequestCommand> toCommand, string name, string summary, string description, string explanation,
        ImmutableArray<Rejection> rejections) =>
        new(operation, $"/{{id}}/{operation}", GatewayJson.Wire.StepBody, (_, _) => toCommand(), name, summary, description, explanation, rejections);
}
