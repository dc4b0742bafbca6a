using MongoDB.Bson;

namespace JobRequests.Persistence.MongoDB;

/// <summary>The <c>_id</c>s of one service's records.</summary>
internal sealed class GrainKeys(string serviceId)
{
    private readonly string _service = Escape(serviceId);

    public string ServiceId { get; } = serviceId;

    public string Of(string stateName, string grainId) => Prefix(stateName) + grainId;

    /// <summary>What the keys of a state begin with.</summary>
    public string Prefix(string stateName) => $"{_service}/{Escape(stateName)}/";

    /// <summary>A state's keys as a condition on <c>_id</c>, from behind <paramref name="after"/>.</summary>
    public BsonDocument Range(string stateName, string? after = null)
    {
        var prefix = Prefix(stateName);
        var end = $"{prefix.AsSpan(0, prefix.Length - 1)}{(char)('/' + 1)}";
        return new BsonDocument { { after is null ? "$gte" : "$gt", prefix + after }, { "$lt", end } };
    }

    /// <summary>A state's keys from <paramref name="from"/> on and before <paramref name="before"/>, as a condition on <c>_id</c>.</summary>
    public BsonDocument Range(string stateName, GrainId? from, GrainId? before)
    {
        var range = Range(stateName);
        var prefix = Prefix(stateName);
        if (from is { } first) range["$gte"] = prefix + first;
        if (before is { } end) range["$lt"] = prefix + end;
        return range;
    }

    public string GrainIdOf(string stateName, string id) => id[Prefix(stateName).Length..];

    // Without it, service "a" with state "b/c" and service "a/b" with state "c" would have the same keys.
    private static string Escape(string name) => name.Contains('/') || name.Contains('%')
        ? name.Replace("%", "%25", StringComparison.Ordinal).Replace("/", "%2F", StringComparison.Ordinal)
        : name;
}
