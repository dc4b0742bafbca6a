using System.Collections.Immutable;

namespace JobRequests.Domain.Tests;

internal enum Operation
{
    Create,
    Accept,
    AcceptOrWait,
    Confirm,
    Decline,
    Withdraw,
    Cancel,
    Amend,
    Assign,
    Release,
    Start,
    FinishTask,
    Finish,
    TimePasses,
}

/// <summary>Somebody tries something, <paramref name="Minutes"/> after the step before.</summary>
/// <param name="Operation">What is tried.</param>
/// <param name="Who">A person, or <see cref="Plan.WhoeverIsNext"/>.</param>
/// <param name="Task">The task meant where a task is finished.</param>
/// <param name="Minutes">Time since the step before; negative where the clock went back.</param>
/// <param name="Whom">Who gets the job where it is assigned, and who is added where it is amended.</param>
internal readonly record struct Step(Operation Operation, string Who, string Task, int Minutes, string Whom = "")
{
    public override string ToString() =>
        $"{Minutes:+0;-0} {(Operation == Operation.TimePasses ? "" : Who + " ")}{Operation}{(Operation == Operation.FinishTask ? " " + Task : "")}";
}

/// <summary>A job and what is tried on it, in order. Steps are tried as they are, sensible or not.</summary>
/// <param name="Requester">Who creates it; a candidate too, where the name is among them.</param>
/// <param name="CandidateCount">How many of <see cref="People"/> are candidates, the first ones.</param>
/// <param name="TaskCount">How many of <see cref="TaskIds"/> it has, the first ones.</param>
/// <param name="ExpiresAfter">Minutes from the creation, or null.</param>
/// <param name="Waves">How many are asked together, and for how many minutes; empty where all are asked at once.</param>
/// <param name="ConfirmMinutes">How long a winner has to confirm, or null.</param>
/// <param name="Steps">What is tried.</param>
internal sealed record Plan(
    string Requester, int CandidateCount, int TaskCount, int? ExpiresAfter, (int Size, int Minutes)[] Waves, int? ConfirmMinutes, Step[] Steps)
{
    /// <summary>Stands for the winner, or where there is none for the first candidate who may still answer: without it few sequences would get far.</summary>
    public const string WhoeverIsNext = "*";

    public static readonly string[] People = ["ann", "bob", "cid", "dee", "eva"];
    public static readonly string[] TaskIds = ["t1", "t2", "t3"];
    public static readonly DateTimeOffset Start = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    public static readonly JobDetails Details = new()
    {
        Description = "all windows",
        Place = new Place("Quay 3", 53.54, 9.98),
        StartsAt = Start.AddDays(1),
        Instructions = "the door's code",
        Previous = "the job before",
        Metadata = new Dictionary<string, string> { ["team"] = "night" }.ToImmutableSortedDictionary(),
    };

    public DateTimeOffset? ExpiresAt => ExpiresAfter is { } minutes ? Start.AddMinutes(minutes) : null;

    public bool IsCandidate(string person) => Array.IndexOf(People, person, 0, CandidateCount) >= 0;

    public Order Create() => new(
        new JobRequestCommand.Create(
            [.. People.AsSpan(0, CandidateCount)], [.. TaskIds.Take(TaskCount).Select(id => new JobTask(id, id))], "a job", ExpiresAt, Details,
            Waves.Length == 0 ? null : [.. Waves.Select(wave => new Wave(wave.Size, wave.Minutes * 60))], ConfirmMinutes * 60),
        Requester, Start);

    public override string ToString() =>
        $"{Requester} asks {string.Join(", ", People.Take(CandidateCount))}; {TaskCount} tasks; expires after {ExpiresAfter?.ToString() ?? "never"}; "
        + $"waves {string.Join(", ", Waves)}; confirmed within {ConfirmMinutes?.ToString() ?? "no time"}: "
        + string.Join("; ", Steps);
}
