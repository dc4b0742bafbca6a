using JobRequests.Cli.Menu;
using JobRequests.Cli.Verbs;

namespace JobRequests.Cli.Sending;

/// <summary>A command at the terminal.</summary>
/// <param name="Operation">One of <see cref="Client.Operation"/>.</param>
/// <param name="Build">Its verb.</param>
/// <param name="AskAsync">What the menu asks for.</param>
/// <param name="Done">What a success is told as, given its task.</param>
internal sealed record JobVerb(
    string Operation, Func<Command> Build, Func<Form, CancellationToken, Task<JobCommand>> AskAsync, Func<CommandResult.Succeeded, string?, string> Done)
{
    public static readonly IReadOnlyList<JobVerb> All =
    [
        new(Client.Operation.Create, Create.Build, static (form, cancellationToken) => form.CreateAsync(cancellationToken),
            static (won, _) => $"Created job {won.JobRequestId} {Version(won)}.{OfferedUntil(won.Job)}"),
        new(Client.Operation.Accept, Accept.Build,
            static async (form, cancellationToken) => JobCommand.Accept(await form.JobAsync(cancellationToken)),
            static (won, _) => won.StandbyRank is { } rank
                ? $"Somebody else has the job; you are number {rank} in line {Version(won)}."
                : $"You got the job {Version(won)}.{ConfirmBy(won.Job)}"),
        Of(Client.Operation.Confirm, "Confirm that you know you got the job (the winner)", JobCommand.Confirm,
            static won => $"Confirmed: the job stays yours {Version(won)}."),
        WithReason(Client.Operation.Decline, "Decline a job", JobCommand.Decline,
            static won => won.Job?.Status == "Declined" ? $"You declined. Everyone has now declined {Version(won)}." : $"You declined {Version(won)}."),
        Of(Client.Operation.Withdraw, "Hand back an accepted job so others can have it, or leave the line for it", JobCommand.Withdraw,
            static won => won.Job?.Candidates is [{ Answer: "Declined" }]
                ? $"You left the line {Version(won)}."
                : $"You handed the job back {Version(won)}.{Next(won.Job)}"),
        WithReason(Client.Operation.Cancel, "Call the job off (the requester, administrators)", JobCommand.Cancel,
            static won => $"The job is cancelled {Version(won)}."),
        new(Client.Operation.Amend, Amend.Build,
            static async (form, cancellationToken) => JobCommand.Amend(
                await form.JobAsync(cancellationToken), new JobChanges { AddCandidates = Create.Names([await form.CandidateAsync(cancellationToken)]) }),
            static (won, _) => $"The job is amended {Version(won)}."),
        new(Client.Operation.Assign, Assign.Build,
            static async (form, cancellationToken) => JobCommand.Assign(await form.JobAsync(cancellationToken), await form.CandidateAsync(cancellationToken)),
            static (won, _) => $"The job is assigned{(won.Job?.AcceptedBy is { } person ? $" to {person}" : "")} {Version(won)}."),
        WithReason(Client.Operation.Release, "Take the job from the one who has it (the requester, administrators)", JobCommand.Release,
            static won => $"The job is released {Version(won)}.{Next(won.Job)}"),
        Of(Client.Operation.Start, "Begin the work (the winner)", JobCommand.Start, static won => $"Work started {Version(won)}."),
        new(Client.Operation.FinishTask, TaskFinish.Build,
            static async (form, cancellationToken) => JobCommand.FinishTask(await form.JobAsync(cancellationToken), await form.TaskAsync(cancellationToken)),
            static (won, task) => $"Task {task} is done {Version(won)}."),
        Of(Client.Operation.Finish, "Finish the job, when all its tasks are (the winner)", JobCommand.Finish,
            static won => $"The job is finished {Version(won)}."),
    ];

    public static JobVerb? Find(string operation) => All.FirstOrDefault(verb => verb.Operation == operation);

    /// <summary>A success of any operation, also of one that only a newer jobctl knows.</summary>
    public static string Told(CommandResult.Succeeded won, string operation, string? task) =>
        Find(operation)?.Done(won, task) ?? $"Done {Version(won)}.";

    /// <summary>Makes the verb send its command.</summary>
    public static Command Sending(Command verb, Func<ParseResult, JobCommand> command)
    {
        SendOptions.AddTo(verb);
        verb.SetAction((parsed, cancellationToken) => CommandSender.SendAsync(Session.Of(parsed), command(parsed), SendOptions.Of(parsed), cancellationToken));
        return verb;
    }

    /// <summary>A command that needs to know the job and nothing else.</summary>
    private static JobVerb Of(string operation, string description, Func<string, JobCommand> command, Func<CommandResult.Succeeded, string> done) => new(
        operation,
        () =>
        {
            var job = JobArgument.New();
            return Sending(new Command(operation, description) { job }, parsed => command(parsed.GetRequiredValue(job)));
        },
        async (form, cancellationToken) => command(await form.JobAsync(cancellationToken)),
        (won, _) => done(won));

    /// <summary>A command that needs to know the job, and can say why.</summary>
    private static JobVerb WithReason(
        string operation, string description, Func<string, string?, JobCommand> command, Func<CommandResult.Succeeded, string> done) => new(
        operation,
        () =>
        {
            var job = JobArgument.New();
            var reason = new Option<string?>("--reason") { Description = "Why, at most 200 characters", HelpName = "TEXT" };
            return Sending(new Command(operation, description) { job, reason }, parsed => command(parsed.GetRequiredValue(job), parsed.GetValue(reason)));
        },
        async (form, cancellationToken) => command(await form.JobAsync(cancellationToken), await form.ReasonAsync(cancellationToken)),
        (won, _) => done(won));

    private static string Version(CommandResult.Succeeded won) => $"(version {won.Version}, key {won.Key})";

    private static string ConfirmBy(Job? job) =>
        job?.ConfirmBy is { } by ? $" Confirm until {Times.Text(by)}: jobctl confirm {job.JobRequestId}" : "";

    private static string OfferedUntil(Job? job) => job?.ExpiresAt is { } at ? $" It is on offer until {Times.Text(at)}." : "";

    // Who has it now, or may answer.
    private static string Next(Job? job) => job switch
    {
        null => "",
        { Status: "Accepted" } => " The first in line has it now.",
        { ExpiresAt: null } => " It is open to the others again.",
        { ExpiresAt: { } at } when at > DateTimeOffset.UtcNow => $" It is open to the others until {Times.Text(at)}.",
        { ExpiresAt: { } at } => $" Nobody else can take it: it was on offer until {Times.Text(at)}.",
    };
}
