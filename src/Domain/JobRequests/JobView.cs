namespace JobRequests.Domain;

/// <summary>Who is looking at a job.</summary>
public readonly record struct Viewer(string Person, bool IsAdmin);

/// <summary>What people read of a job: the fold of its events, applied strictly in order, and shown to each by what they may know.</summary>
public sealed record JobView(string JobRequestId, JobRequest Job)
{
    public static JobView Empty(string jobRequestId) => new(jobRequestId, JobRequest.Initial);

    public int Version => Job.Version;

    /// <summary>The view after event number <paramref name="version"/>; this view itself for one it has seen; null for a gap.</summary>
    public JobView? Apply(int version, JobRequestEvent @event)
    {
#if PLANTED_BUGS
        if (PlantedBug.Is("view-without-version-check")) return this with { Job = JobRequest.Evolve(Job, @event) };
#endif
        if (version <= Version) return this;
        return version == Version + 1 ? this with { Job = JobRequest.Evolve(Job, @event) } : null;
    }

    public bool IsVisibleTo(Viewer viewer) => Version > 0 && (viewer.IsAdmin || Job.IsVisibleTo(viewer.Person));

    /// <summary>
    /// The job as <paramref name="viewer"/> may see it. The requester and administrators see everything; a candidate sees
    /// itself alone among the candidates, and the winner only when it is the winner.
    /// </summary>
    public JobView For(Viewer viewer)
    {
        if (SeesEverything(viewer)) return this;
        return this with
        {
            Job = Job with
            {
                Candidates = [.. Job.Candidates.Where(candidate => candidate.Id == viewer.Person)],
                Winner = Job.Winner == viewer.Person ? Job.Winner : null,
            },
        };
    }

    public bool SeesEverything(Viewer viewer) => viewer.IsAdmin || Job.Requester == viewer.Person;
}
