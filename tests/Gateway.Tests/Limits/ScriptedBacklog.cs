using System.Diagnostics;

namespace JobRequests.Gateway.Tests.Limits;

/// <summary>A log of one partition that is as long, and moves as fast, as a test says.</summary>
internal sealed class ScriptedBacklog : IRequestBacklog
{
    private readonly long _startedAt = Stopwatch.GetTimestamp();

    /// <summary>Written and not finished.</summary>
    public long Lag { get; set; }

    /// <summary>Finished a second, while as much is written.</summary>
    public int Rate { get; set; }

    public bool IsReachable { get; set; } = true;

    public Task<IReadOnlyList<PartitionBacklog>> ReadAsync(CancellationToken cancellationToken)
    {
        if (!IsReachable) return Task.FromException<IReadOnlyList<PartitionBacklog>>(new IOException("The log is gone."));
        var finished = (long)(Stopwatch.GetElapsedTime(_startedAt).TotalSeconds * Rate);
        return Task.FromResult<IReadOnlyList<PartitionBacklog>>([new PartitionBacklog(0, finished + Lag, finished)]);
    }

    public int PartitionOf(string jobRequestId) => 0;
}
