using JobRequests.Domain;

namespace JobRequests.Grains;

/// <summary>
/// The sets of views that a store holds: the live one, which is read, and while the views are rebuilt another, to which every view goes as
/// well. Whoever stores views takes no notice: <see cref="IJobViewStore.WriteAsync"/> writes to all of them, each by its version.
/// </summary>
public interface IJobViewGenerations
{
    /// <summary>
    /// Makes an empty generation, after dropping what an earlier attempt may have left. When it returns, every view that any process
    /// stores goes to the new one too.
    /// </summary>
    /// <exception cref="ViewRebuildException">Some process did not take notice in time.</exception>
    Task<string> BeginAsync(CancellationToken cancellationToken);

    /// <summary>Stores each view in the generation, unless one of its version or a later one is there.</summary>
    /// <exception cref="ViewRebuildException">The generation is abandoned, or another rebuild has begun.</exception>
    Task WriteAsync(string generation, IReadOnlyCollection<JobView> views, CancellationToken cancellationToken);

    /// <summary>Makes the generation the live one. When it returns, nobody reads the one before, and it is dropped.</summary>
    /// <exception cref="ViewRebuildException">The generation is abandoned, or another rebuild has begun; the live one is as it was.</exception>
    Task SwitchAsync(string generation, CancellationToken cancellationToken);

    /// <summary>Drops a generation that has not become the live one.</summary>
    Task AbandonAsync(string generation);
}

/// <summary>The views cannot be rebuilt now; the live ones are as they were.</summary>
public sealed class ViewRebuildException(string message) : Exception(message);

/// <summary>All job documents, batch by batch, in the order of their ids.</summary>
public interface IJobDocumentScan
{
    /// <summary>A document written meanwhile is seen when its id lies ahead.</summary>
    IAsyncEnumerable<IReadOnlyList<(string JobRequestId, JobDocument Document)>> ScanAsync(CancellationToken cancellationToken);
}
