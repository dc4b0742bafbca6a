using JobRequests.Domain;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Records;

/// <summary>
/// What any producer has to keep. It belongs to the record's version and never changes with a release: a command that was delivered once is
/// decided the same when it is delivered again. What a gateway asks of its callers beyond it, it asks before it writes.
/// </summary>
internal static class CommandRules
{
    /// <summary>The first thing that is wrong, naming the member, or null.</summary>
    public static string? WhatIsWrongWith(CommandEnvelope envelope)
    {
        var caller = envelope.Caller.Person;
        if (!JobRequestId.IsWellFormed(envelope.JobRequestId)) return "job: is not a UUID in lower case";
        if (!WellFormed.Person(caller)) return "caller: must be 1 to 64 letters, digits and _ . @ -";
        if (!WellFormed.Key(envelope.Key)) return "key: must be 1 to 64 letters, digits, _ and -";
        if (envelope.IfMatch < 0) return "ifMatch: must be 0 or more";
        return envelope.Command switch
        {
            JobRequestCommand.Create when JobRequestId.Derive(caller, envelope.Key) != envelope.JobRequestId =>
                "job: a create names the id that is derived from its caller and key",
            JobRequestCommand.Create create => WhatIsWrongWith(create),
            JobRequestCommand.Decline { Reason: var reason } => InText("command.reason", reason),
            JobRequestCommand.Cancel { Reason: var reason } => InText("command.reason", reason),
            JobRequestCommand.Release { Reason: var reason } => InText("command.reason", reason),
            JobRequestCommand.Amend amend => WhatIsWrongWith(amend),
            JobRequestCommand.Assign assign when !WellFormed.Person(assign.Candidate) => "command.candidate: must be 1 to 64 letters, digits and _ . @ -",
            JobRequestCommand.FinishTask finish when !WellFormed.TaskId(finish.Task) => "command.task: must be 1 to 64 letters, digits and _ . -",
            _ => null,
        };
    }

    private static string? WhatIsWrongWith(JobRequestCommand.Create create)
    {
        if (create.Candidates.Length is < 1 or > WellFormed.MaxCandidates) return $"command.candidates: must have 1 to {WellFormed.MaxCandidates} entries";
        if (create.Tasks.Length > WellFormed.MaxTasks) return $"command.tasks: must have at most {WellFormed.MaxTasks} entries";
        if (create.Candidates.Any(candidate => !WellFormed.Person(candidate))) return "command.candidates: a name is not 1 to 64 letters, digits and _ . @ -";
        if (create.Candidates.Distinct(StringComparer.Ordinal).Count() < create.Candidates.Length) return "command.candidates: a name comes twice";
        if (create.Tasks.Any(task => task is not { Done: false } || !WellFormed.TaskId(task.Id)))
            return "command.tasks: an id is not 1 to 64 letters, digits and _ . -, or a task is done already";
        if (create.Tasks.Select(task => task.Id).Distinct(StringComparer.Ordinal).Count() < create.Tasks.Length) return "command.tasks: an id comes twice";
        return create.Tasks.Select(task => InText("command.tasks", task.Name)).FirstOrDefault(problem => problem is not null)
            ?? InText("command.title", create.Title)
            ?? (create.Details is { } details ? WhatIsWrongWith(details) : null)
            ?? WhatIsWrongWithOffer(create);
    }

    private static string? WhatIsWrongWithOffer(JobRequestCommand.Create create)
    {
        if (create.Waves is { Length: < 1 or > WellFormed.MaxWaves }) return $"command.waves: must have 1 to {WellFormed.MaxWaves} entries";
        foreach (var wave in create.Waves ?? [])
        {
            if (wave.Size is < 1 or > WellFormed.MaxCandidates) return $"command.waves: a size is not from 1 to {WellFormed.MaxCandidates}";
            if (wave.Seconds is < WellFormed.MinWaveSeconds or > WellFormed.MaxSeconds)
                return $"command.waves: seconds are not from {WellFormed.MinWaveSeconds} to {WellFormed.MaxSeconds}";
        }

        return create.ConfirmSeconds is < WellFormed.MinConfirmSeconds or > WellFormed.MaxSeconds
            ? $"command.confirmSeconds: must be from {WellFormed.MinConfirmSeconds} to {WellFormed.MaxSeconds}"
            : null;
    }

    private static string? WhatIsWrongWith(JobRequestCommand.Amend amend)
    {
        if (amend.AddCandidates is { Length: > WellFormed.MaxCandidates })
            return $"command.addCandidates: must have at most {WellFormed.MaxCandidates} entries";
        if (amend.AddCandidates?.Any(candidate => !WellFormed.Person(candidate)) == true)
            return "command.addCandidates: a name is not 1 to 64 letters, digits and _ . @ -";
        if (amend.Removed?.Any(member => !JobMembers.All.Contains(member)) == true)
            return $"command.removed: must be of {string.Join(", ", JobMembers.All)}";
        return InText("command.title", amend.Title) ?? (amend.Details is { } details ? WhatIsWrongWith(details) : null);
    }

    private static string? WhatIsWrongWith(JobDetails details)
    {
        const string Member = "command.details";
        return WellFormed.WhatIsWrongWithDetails(details).Select(wrong => $"{Member}.{wrong.Member}: {wrong.Problem}").FirstOrDefault()
            ?? InText($"{Member}.place.text", details.Place?.Text)
            ?? InText($"{Member}.description", details.Description, WellFormed.MaxLongText)
            ?? InText($"{Member}.instructions", details.Instructions, WellFormed.MaxLongText);
    }

    private static string? InText(string member, string? text, int most = WellFormed.MaxText) =>
        text is null ? null
        : text.Length > most ? $"{member}: must have at most {most} characters"
        : text.Any(one => char.IsControl(one) && (most == WellFormed.MaxText || one is not ('\n' or '\r'))) ? $"{member}: must not contain control characters"
        : null;
}
