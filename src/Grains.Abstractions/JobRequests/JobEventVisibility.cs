namespace JobRequests.Grains.Abstractions;

/// <summary>What candidates may know of an event. The requester and administrators see everything.</summary>
public static class JobEventVisibility
{
    /// <summary>The name of a job's first event, the only one that lists its candidates.</summary>
    public const string JobRequested = "JobRequested";

    /// <summary>The event as the candidate <paramref name="person"/> may see it: others are left out.</summary>
    public static JobEvent ForCandidate(this JobEvent e, string person)
    {
        if (e.Type == JobRequested) return e with { Request = null, Data = e.Data with { Candidates = [person] } };
        return e.By == person ? e : e with { By = null, Request = null, Data = JobEventData.None };
    }
}
