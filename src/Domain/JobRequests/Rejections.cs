using System.Collections.Immutable;

namespace JobRequests.Domain;

/// <summary>How a rejection is to be read: by the state of the job, by who asked, or by a condition the caller set.</summary>
public enum RejectionKind
{
    Conflict,
    NotAllowed,
    PreconditionFailed,
}

/// <summary>A "no" of the rules: a stable code, a sentence for a person, and what it means and what to do.</summary>
/// <param name="Code">Capitals and underscores; never changes its meaning.</param>
/// <param name="Title">One short sentence, the same for everybody.</param>
/// <param name="Description">What led to it and what the caller can do.</param>
/// <param name="Kind">Which kind of refusal it is.</param>
public sealed record Rejection(string Code, string Title, string Description, RejectionKind Kind = RejectionKind.Conflict);

/// <summary>Every rejection there is, described in this one place.</summary>
public static class Rejections
{
    public static readonly Rejection JobClosed = new(
        "JOB_CLOSED",
        "This job is closed",
        "The job is finished, declined by everybody, expired or cancelled. It never changes again; there is nothing left to do on it.");

    public static readonly Rejection NotAllowed = new(
        "NOT_ALLOWED",
        "You don't have permission to do this",
        "Only candidates can accept or decline. Only the requester and administrators can cancel, amend, assign and release. Only the winner can confirm, "
            + "withdraw, start and finish.",
        RejectionKind.NotAllowed);

    public static readonly Rejection AlreadyAnswered = new(
        "ALREADY_ANSWERED",
        "You have already answered",
        "A candidate answers once. A new round begins when the job opens again; a winner who withdrew, was released or didn't confirm isn't asked again.");

    public static readonly Rejection AlreadyAccepted = new(
        "ALREADY_ACCEPTED",
        "Someone else has this job",
        "Another candidate accepted first. You can wait in line: accept with ifTaken: standby. If the job reopens, you can answer again with a new key.");

    public static readonly Rejection AlreadyAssigned = new(
        "ALREADY_ASSIGNED",
        "Someone has this job already",
        "A job is assigned while nobody has it. Release it first to give it to another person.");

    public static readonly Rejection NotReleasable = new(
        "NOT_RELEASABLE",
        "Nobody has this job",
        "A job is taken from the person who has it, and nobody does at the moment.");

    public static readonly Rejection StandbyFull = new(
        "STANDBY_FULL",
        "The line for this job is full",
        "100 people wait for this job already. If it reopens, you can answer again with a new key.");

    public static readonly Rejection NotConfirmable = new(
        "NOT_CONFIRMABLE",
        "There is nothing to confirm",
        "This job asks for no confirmation, or it was given. Starting the job confirms it too.");

    public static readonly Rejection EndsBeforeStart = new(
        "ENDS_BEFORE_START",
        "The job would end before it starts",
        "With these changes endsAt is not after startsAt. Change both in one call.");

    public static readonly Rejection TooManyCandidates = new(
        "TOO_MANY_CANDIDATES",
        "This job has too many candidates",
        "A job can be offered to 1,000 people, those included that are added later. Assign it to one of them, or create another job.");

    public static readonly Rejection NotAccepted = new(
        "NOT_ACCEPTED",
        "Nobody has accepted this job yet",
        "Confirming, withdrawing, starting and finishing are steps of the winner, and the job has none at the moment.");

    public static readonly Rejection AlreadyStarted = new(
        "ALREADY_STARTED",
        "Work has already started",
        "A job that has started can't be started again or withdrawn from. The winner can finish it, and the requester can release or cancel it.");

    public static readonly Rejection NotStarted = new(
        "NOT_STARTED",
        "Work hasn't started yet",
        "The winner must start the job before finishing it or its tasks.");

    public static readonly Rejection TaskUnknown = new(
        "TASK_UNKNOWN",
        "This job has no such task",
        "The task id is not among the tasks the job was created with.");

    public static readonly Rejection TaskAlreadyFinished = new(
        "TASK_ALREADY_FINISHED",
        "This task is already finished",
        "A task can only be finished once.");

    public static readonly Rejection TasksOpen = new(
        "TASKS_OPEN",
        "Some tasks are not finished",
        "The job is finished when each of its tasks is.");

    public static readonly Rejection AlreadyExists = new(
        "ALREADY_EXISTS",
        "This job already exists",
        "A job is created once, by the key of its first request.");

    public static readonly Rejection DeadlinePassed = new(
        "DEADLINE_PASSED",
        "The request came too late to be executed",
        "The request's deadline passed before it was decided. It did not happen and will not happen; a new attempt needs a new key.");

    public static readonly Rejection VersionMismatch = new(
        "VERSION_MISMATCH",
        "The job has changed",
        "The job is no longer at the version named by If-Match. Reload it and try again with a new key.",
        RejectionKind.PreconditionFailed);

    /// <summary>All of them, in the order in which they are checked.</summary>
    public static readonly ImmutableArray<Rejection> All =
    [
        JobClosed, DeadlinePassed, VersionMismatch, AlreadyExists, NotAllowed, AlreadyAnswered, AlreadyAccepted, StandbyFull, EndsBeforeStart,
        AlreadyAssigned, NotReleasable, TooManyCandidates, NotAccepted, NotConfirmable, AlreadyStarted, NotStarted, TaskUnknown, TaskAlreadyFinished, TasksOpen,
    ];

    private static readonly Dictionary<string, Rejection> ByCode = All.ToDictionary(rejection => rejection.Code, StringComparer.Ordinal);

    public static Rejection? Find(string code) => ByCode.GetValueOrDefault(code);
}
