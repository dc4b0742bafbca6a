namespace JobRequests.Persistence.MongoDB;

/// <summary>The <c>_id</c>s of one service's records.</summary>
internal sealed class GrainKeys(string serviceId)
{
    private readonly string _service = Escape(serviceId);

    public string ServiceId { get; } = serviceId;

    public string Of(string stateName, GrainId grainId) => string.Concat(Prefix(stateName), grainId.ToString());

    /// <summary>What the keys of a state begin with.</summary>
    public string Prefix(string stateName) => $"{_service}/{Escape(stateName)}/";

    /// <summary>The first text behind all keys of a state.</summary>
    public string End(string stateName) => $"{_service}/{Escape(stateName)}{(char)('/' + 1)}";

    public GrainId GrainIdOf(string stateName, string id) => GrainId.Parse(id[Prefix(stateName).Length..]);

    // Without it, service "a" with state "b/c" and service "a/b" with state "c" would have the same keys.
    private static string Escape(string name) => name.Contains('/') || name.Contains('%')
        ? name.Replace("%", "%25", StringComparison.Ordinal).Replace("/", "%2F", StringComparison.Ordinal)
        : name;
}
