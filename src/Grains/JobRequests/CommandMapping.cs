using JobRequests.Domain;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Grains;

internal static class CommandMapping
{
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
