namespace JobRequests.Gateway;

/// <summary>
/// The commands that were published and not finished yet, by the partitions of the log that carries them. Read in the background;
/// no request waits for it.
/// </summary>
public interface IRequestBacklog
{
    /// <summary>Each partition as it is now. An exception means that the log cannot be reached; it comes within
    /// <see cref="AdmissionOptions.StaleAfter"/>.</summary>
    Task<IReadOnlyList<PartitionBacklog>> ReadAsync(CancellationToken cancellationToken);

    /// <summary>The partition that a job's commands go through; -1 as long as that is not known.</summary>
    int PartitionOf(string jobRequestId);
}

/// <param name="Partition">From 0.</param>
/// <param name="Written">Commands written so far, counted from any fixed number.</param>
/// <param name="Finished">Those of them that are finished, counted from the same number.</param>
public readonly record struct PartitionBacklog(int Partition, long Written, long Finished);

/// <summary>Where nobody says how long the log is: commands are admitted by those in flight alone.</summary>
internal sealed class UnknownBacklog : IRequestBacklog
{
    public Task<IReadOnlyList<PartitionBacklog>> ReadAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<PartitionBacklog>>([]);

    public int PartitionOf(string jobRequestId) => -1;
}
