using Orleans.Concurrency;

namespace JobRequests.Grains.Abstractions;

/// <summary>Where the silos tell each other how far views are behind; there is one, with the key 0. It remembers nothing for long.</summary>
[GrainInterfaceType("jobs.viewlag"), Alias("jobs.IViewLagGrain")]
public interface IViewLagGrain : IGrainWithIntegerKey
{
    /// <summary>Takes one silo's report.</summary>
    /// <returns>The greatest lag that any silo has reported lately.</returns>
    [AlwaysInterleave, Alias("Exchange")]
    Task<TimeSpan> Exchange(string silo, TimeSpan lag);
}
