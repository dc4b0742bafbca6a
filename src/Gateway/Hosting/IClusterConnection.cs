namespace JobRequests.Gateway.Hosting;

/// <summary>Whether there is a silo to talk to.</summary>
internal interface IClusterConnection
{
    /// <summary>False while no silo is known to answer. What is asked meanwhile is refused at once instead of waiting for nobody.</summary>
    bool IsUp { get; }
}

/// <summary>Where gateway and silo are one process.</summary>
internal sealed class SameProcess : IClusterConnection
{
    public bool IsUp => true;
}

/// <summary>There is no silo that could be asked.</summary>
internal sealed class ClusterUnavailableException() : Exception("No silo answers.");
