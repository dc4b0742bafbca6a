using System.Collections.Immutable;

namespace JobRequests.Gateway.Events;

/// <summary>How much somebody can see of a job's events.</summary>
internal enum EventRole
{
    Nothing,

    /// <summary>That something happened; who did it only when it was the candidate itself.</summary>
    Candidate,
    Everything,
}

/// <summary>The audience of a job. It begins with who is asked when the job is created, and people are only added.</summary>
internal sealed record JobAudience(string Requester, ImmutableArray<string> Candidates)
{
    /// <summary>The audience of a job that does not exist: only administrators see its events.</summary>
    public static readonly JobAudience Nobody = new("", []);

    /// <summary>What a job's first event says; null for every other event.</summary>
    public static JobAudience? From(JobEvent jobEvent) =>
        jobEvent is { Type: JobEventVisibility.JobRequested, By: { } requester, Data.Candidates: { } candidates }
            ? new JobAudience(requester, candidates)
            : null;

    /// <summary>The audience from an event on that may add somebody.</summary>
    public JobAudience With(JobEvent jobEvent) => With(jobEvent.Data.Candidate is { } person ? [person] : jobEvent.Data.Candidates ?? []);

    public JobAudience With(ImmutableArray<string> people)
    {
        var added = people.RemoveAll(Candidates.Contains);
        return added.IsEmpty ? this : this with { Candidates = Candidates.AddRange(added) };
    }

    /// <param name="job">As an administrator sees it.</param>
    public static JobAudience From(JobSnapshot job) => new(job.Requester, [.. job.Candidates.Select(candidate => candidate.Id)]);

    public EventRole RoleOf(Caller caller) =>
        caller.IsAdmin || caller.Person == Requester ? EventRole.Everything : Candidates.Contains(caller.Person) ? EventRole.Candidate : EventRole.Nothing;
}
