namespace JobRequests.Gateway.Administration;

/// <summary>What the silos said last of their storage.</summary>
internal sealed class StorageWatch
{
    private volatile string? _problem;

    /// <summary>False when the silos said so. Silos that say nothing say nothing of storage.</summary>
    public bool IsUp => _problem is null;

    /// <summary>What they saw.</summary>
    public string? Problem => _problem;

    public void Tell(bool isUp, string? seen) => _problem = isUp ? null : seen ?? "It does not answer.";
}
