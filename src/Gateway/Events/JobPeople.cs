using System.Collections.Immutable;

namespace JobRequests.Gateway.Events;

/// <summary>How much of a job's events somebody may see.</summary>
internal enum EventRole
{
    Nothing,

    /// <summary>That something happened; who did it only when it was the candidate itself.</summary>
    Candidate,
    Everything,
}

/// <summary>Who may know of a job. It is said when the job is created and never changes.</summary>
internal sealed record JobPeople(string Requester, ImmutableArray<string> Candidates)
{
    /// <summary>A job that nobody is known to have: only administrators see its events.</summary>
    public static readonly JobPeople Nobody = new("", []);

    /// <summary>What a job's first event says; null for every other event.</summary>
    public static JobPeople? From(JobEvent jobEvent) =>
        jobEvent is { Type: JobEventVisibility.JobRequested, By: { } requester, Data.Candidates: { } candidates } ? new JobPeople(requester, candidates) : null;

    /// <param name="job">As an administrator sees it.</param>
    public static JobPeople From(JobSnapshot job) => new(job.Requester, [.. job.Candidates.Select(candidate => candidate.Id)]);

    public EventRole RoleOf(Caller caller) =>
        caller.IsAdmin || caller.Person == Requester ? EventRole.Everything : Candidates.Contains(caller.Person) ? EventRole.Candidate : EventRole.Nothing;
}
