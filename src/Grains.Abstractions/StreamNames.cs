namespace JobRequests.Grains.Abstractions;

/// <summary>Stream providers and namespaces.</summary>
public static class StreamNames
{
    /// <summary>Commands (<see cref="CommandEnvelope"/>) on their way to the jobs; a stream's key is the job's id.</summary>
    public const string Requests = "requests";

    /// <summary>Facts (<see cref="JobEvent"/>) for views and for anyone; a stream's key is the job's <see cref="ViewShards"/> shard.</summary>
    public const string FinalEvents = "finalevents";
}
