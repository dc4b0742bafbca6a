using Orleans.Concurrency;

namespace JobRequests.Grains.Abstractions;

/// <summary>The read views of one shard of the jobs, fed by <see cref="StreamNames.FinalEvents"/>; the key is <see cref="ViewShards.Of"/> the job.</summary>
[GrainInterfaceType("jobs.jobview"), Alias("jobs.IJobViewGrain")]
public interface IJobViewGrain : IGrainWithStringKey
{
    /// <summary>
    /// The view of a job as the caller may see it, or null when there is none yet or the caller may not know of it. Waits up to
    /// <paramref name="wait"/> for <paramref name="minVersion"/> and then gives what there is.
    /// </summary>
    [AlwaysInterleave, Alias("Read")]
    Task<JobSnapshot?> Read(string jobRequestId, Caller caller, int minVersion, TimeSpan wait);

    /// <summary>When this shard stored the job's view of <paramref name="version"/>, or null where it does not remember: it remembers the last ones, while it
    /// is in memory.</summary>
    [AlwaysInterleave, Alias("StoredAt")]
    Task<DateTimeOffset?> StoredAt(string jobRequestId, int version);
}

/// <summary>Where the silos tell each other how far views are behind; there is one, with the key 0. It remembers nothing for long.</summary>
[GrainInterfaceType("jobs.viewlag"), Alias("jobs.IViewLagGrain")]
public interface IViewLagGrain : IGrainWithIntegerKey
{
    /// <summary>Takes one silo's report.</summary>
    /// <returns>The greatest lag that any silo has reported lately.</returns>
    [AlwaysInterleave, Alias("Exchange")]
    Task<TimeSpan> Exchange(string silo, TimeSpan lag);
}
