using System.Text.Json.Serialization;

namespace JobRequests.Client;

/// <summary>How a rebuild of the views is getting on.</summary>
public sealed record ViewRebuild
{
    public const string Running = "Running";
    public const string Done = "Done";
    public const string Failed = "Failed";

    /// <summary><see cref="Running"/>, <see cref="Done"/>, <see cref="Failed"/>, or <c>Idle</c> when none is known of.</summary>
    public required string State { get; init; }

    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Jobs whose views were made.</summary>
    public long Jobs { get; init; }

    /// <summary>How many of the views before were not what their documents say.</summary>
    public long Repaired { get; init; }

    /// <summary>Some of these jobs.</summary>
    public IReadOnlyList<string> Different { get; init; } = [];

    /// <summary>Why it failed; then the views are as they were.</summary>
    public string? Error { get; init; }

    [JsonIgnore]
    public bool IsRunning => State == Running;

    /// <summary>The HTTP answer as it came.</summary>
    [JsonIgnore]
    public RawAnswer? Answer { get; init; }
}
