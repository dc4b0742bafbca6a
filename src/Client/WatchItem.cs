namespace JobRequests.Client;

/// <summary>What a watch tells.</summary>
public abstract record WatchItem
{
    private WatchItem()
    {
    }

    /// <summary>An event of a job, each once and each job's in order.</summary>
    /// <param name="JobRequestId">The job.</param>
    /// <param name="Event">As far as this caller may see it.</param>
    /// <param name="Json">The event as it came.</param>
    public sealed record Happened(string JobRequestId, JobEvent Event, string Json) : WatchItem;

    /// <summary>The client was away for longer than the service remembers: read again what you show. The watch continues from here.</summary>
    public sealed record Reload : WatchItem;
}
