using JobRequests.Domain;

namespace JobRequests.Verification.Tests;

/// <summary>A command as a line of a history, while nothing is known of its outcome.</summary>
internal static class CommandCall
{
    public static RecordedCall Of(string job, string caller, bool isAdmin, string key, JobRequestCommand command, long start) => new()
    {
        Job = job,
        Op = command.Operation,
        Caller = caller,
        Key = key,
        Candidates = command switch
        {
            JobRequestCommand.Create create => create.Candidates,
            JobRequestCommand.Assign assign => [assign.Candidate],
            JobRequestCommand.Amend amend => amend.AddCandidates ?? [],
            _ => null,
        },
        ExpiresAt = (command as JobRequestCommand.Create)?.ExpiresAt ?? (command as JobRequestCommand.Amend)?.ExpiresAt,
        Waves = (command as JobRequestCommand.Create)?.Waves?.Select(wave => wave.Size).ToList(),
        Confirm = command is JobRequestCommand.Create { ConfirmSeconds: not null } ? true : null,
        Standby = (command as JobRequestCommand.Accept)?.Standby,
        Task = (command as JobRequestCommand.FinishTask)?.Task,
        Admin = isAdmin ? true : null,
        Start = start,
        Outcome = "TIMEOUT",
    };
}
