using System.Text.Json;
using System.Text.Json.Serialization;

namespace JobRequests.Client;

/// <summary>The events of one job, as far as this caller may see them.</summary>
public sealed record JobHistory
{
    public required string JobRequestId { get; init; }
    public long Version { get; init; }
    public IReadOnlyList<JobEvent> Events { get; init; } = [];

    /// <summary>The HTTP answer as it came.</summary>
    [JsonIgnore]
    public RawAnswer? Answer { get; init; }
}

public sealed record JobEvent
{
    /// <summary>1, 2, 3 … without a gap.</summary>
    public long Version { get; init; }

    public string Type { get; init; } = "";
    public DateTimeOffset? At { get; init; }

    /// <summary>Null for an expiry, and where it is another candidate's.</summary>
    public string? By { get; init; }

    public int Epoch { get; init; }
    public JsonElement Data { get; init; }
}
