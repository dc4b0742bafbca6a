namespace JobRequests.Grains.Abstractions;

/// <summary>Stream providers and namespaces.</summary>
public static class StreamNames
{
    /// <summary>Commands (<see cref="CommandEnvelope"/>) on their way to the jobs; a stream's key is the job's id.</summary>
    public const string Requests = "requests";

    /// <summary>Facts (<see cref="JobEvent"/>) for views and for anyone; a stream's key is the job's <see cref="ViewShards"/> shard.</summary>
    public const string FinalEvents = "finalevents";
}

/// <summary>
/// Read views are kept by a fixed number of grains, each fed by its own stream of <see cref="StreamNames.FinalEvents"/>: events of many
/// jobs come in one batch and are stored in one write. A job's events always go through the same shard, in order.
/// </summary>
public static class ViewShards
{
    /// <summary>The same in every process of a cluster and in each release.</summary>
    public const int Count = 16;

    /// <summary>Key of the shard's grain and stream: <c>"0"</c> to <c>"15"</c>.</summary>
    public static string Of(string jobRequestId)
    {
        ArgumentNullException.ThrowIfNull(jobRequestId);
        // FNV-1a: the same everywhere, where string.GetHashCode differs in each process.
        var hash = 2166136261u;
        foreach (var character in jobRequestId) hash = (hash ^ character) * 16777619u;
        return (hash % Count).ToString(System.Globalization.CultureInfo.InvariantCulture);
    }
}
