using System.Collections.Immutable;
using Orleans.Concurrency;

namespace JobRequests.Grains.Abstractions;

/// <summary>Rebuilds the read views from the job documents; there is one, with the key 0. Reads and writes of views go on meanwhile.</summary>
[GrainInterfaceType("jobs.viewrebuild"), Alias("jobs.IViewRebuildGrain")]
public interface IViewRebuildGrain : IGrainWithIntegerKey
{
    /// <summary>Begins a rebuild, unless one is running; does not wait for its end.</summary>
    [Alias("Start")]
    Task<ViewRebuildStatus> Start();

    /// <summary>How the rebuild that was begun last is getting on. A silo that ends takes the answer with it: <see cref="ViewRebuildState.Idle"/>.</summary>
    [AlwaysInterleave, Alias("Read")]
    Task<ViewRebuildStatus> Read();
}

[GenerateSerializer, Alias("jobs.view-rebuild-state")]
public enum ViewRebuildState
{
    Idle = 0,
    Running = 1,
    Done = 2,

    /// <summary>The views are as they were.</summary>
    Failed = 3,
}

/// <param name="State">Where it stands.</param>
/// <param name="StartedAt">UTC.</param>
/// <param name="EndedAt">UTC.</param>
/// <param name="Jobs">Jobs whose views were made.</param>
/// <param name="Repaired">How many of the views before were not what their documents say.</param>
/// <param name="Different">Some of these jobs.</param>
/// <param name="Error">Why it failed.</param>
[GenerateSerializer, Immutable, Alias("jobs.view-rebuild-status")]
public sealed record ViewRebuildStatus(
    [property: Id(0)] ViewRebuildState State,
    [property: Id(1)] DateTimeOffset? StartedAt,
    [property: Id(2)] DateTimeOffset? EndedAt,
    [property: Id(3)] long Jobs,
    [property: Id(4)] long Repaired,
    [property: Id(5)] ImmutableArray<string> Different,
    [property: Id(6)] string? Error);
