using JobRequests.Domain;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Grains;

internal static class CommandMapping
{
    /// <summary>Whether everything is there that a command cannot be decided without.</summary>
    public static bool IsComplete(this CommandEnvelope? envelope) =>
        envelope is { Caller.Person: { Length: > 0 }, Key: { Length: > 0 }, Fingerprint: not null, Command: { } command } && command switch
        {
            JobCommand.Create c => !c.Candidates.IsDefault && !c.Tasks.IsDefault
                && c.Candidates.All(candidate => candidate is not null) && c.Tasks.All(task => task is { Id: not null, Name: not null }),
            JobCommand.FinishTask c => c.TaskId is not null,
            _ => true,
        };

    public static JobRequestCommand ToDomain(this CommandEnvelope envelope, DateTimeOffset now)
    {
        var by = envelope.Caller.Person;
        return envelope.Command switch
        {
            JobCommand.Create c => new JobRequestCommand.Create(by, c.Candidates, [.. c.Tasks.Select(task => task.ToDomain())], c.Title, c.ExpiresAt, now),
            JobCommand.Accept => new JobRequestCommand.Accept(by, now),
            JobCommand.Decline c => new JobRequestCommand.Decline(by, c.Reason, now),
            JobCommand.Withdraw => new JobRequestCommand.Withdraw(by, now),
            JobCommand.Cancel => new JobRequestCommand.Cancel(by, now),
            JobCommand.Start => new JobRequestCommand.Start(by, now),
            JobCommand.FinishTask c => new JobRequestCommand.FinishTask(by, c.TaskId, now),
            JobCommand.Finish => new JobRequestCommand.Finish(by, now),
            _ => throw new InvalidOperationException($"{envelope.Command.GetType().Name} is unknown to this version."),
        };
    }
}
