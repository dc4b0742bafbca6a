using System.Text.Json;
using System.Text.Json.Serialization;

namespace JobRequests.Grains;

/// <summary>
/// The one document of a job: its state, its events, the outcomes of its requests and what is still to be published. It is
/// replaced by one conditional write. Members that this version does not know are kept.
/// </summary>
/// <remarks>Lists, not maps by people's ids: an id may hold a dot or a dollar sign.</remarks>
[GenerateSerializer, Alias("jobs.document")]
public sealed record JobDocument
{
    public const int CurrentSchema = 1;

    [Id(0)]
    public int Schema { get; init; } = CurrentSchema;

    [Id(1)]
    public StoredState State { get; init; } = new();

    /// <summary>Every event that was not compacted, oldest first, numbered without a gap.</summary>
    [Id(2)]
    public List<StoredEvent> Events { get; init; } = [];

    /// <summary>The ledger: one outcome for each (caller, operation, key), in the order of decision.</summary>
    [Id(3)]
    public List<LedgerEntry> Requests { get; init; } = [];

    /// <summary>Number of the last event whose publication was acknowledged.</summary>
    [Id(4)]
    public int Published { get; init; }

    /// <summary>When the oldest unpublished event was decided, unix milliseconds; absent when there is none.</summary>
    [Id(5)]
    public long? OutboxSince { get; init; }

    /// <summary>When an open job expires, unix milliseconds; absent when there is nothing to wait for.</summary>
    [Id(6)]
    public long? DueAt { get; init; }

    [Id(7), JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

/// <summary>The fold of the events up to <see cref="Version"/>.</summary>
[GenerateSerializer, Alias("jobs.document.state")]
public sealed record StoredState
{
    [Id(0)]
    public string Status { get; init; } = nameof(Domain.JobStatus.None);

    [Id(1)]
    public int Version { get; init; }

    [Id(2)]
    public int Epoch { get; init; }

    [Id(3)]
    public string Requester { get; init; } = "";

    [Id(4)]
    public string? Title { get; init; }

    [Id(5)]
    public List<StoredCandidate> Candidates { get; init; } = [];

    [Id(6)]
    public string? Winner { get; init; }

    [Id(7)]
    public List<StoredTask> Tasks { get; init; } = [];

    [Id(8)]
    public DateTimeOffset CreatedAt { get; init; }

    [Id(9)]
    public DateTimeOffset? ExpiresAt { get; init; }

    [Id(10)]
    public DateTimeOffset LastEventAt { get; init; }

    [Id(11), JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

[GenerateSerializer, Alias("jobs.document.candidate")]
public sealed record StoredCandidate([property: Id(0)] string Id, [property: Id(1)] string? Answer)
{
    [Id(2), JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

[GenerateSerializer, Alias("jobs.document.task")]
public sealed record StoredTask([property: Id(0)] string Id, [property: Id(1)] string Name, [property: Id(2)] bool Done)
{
    [Id(3), JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

[GenerateSerializer, Alias("jobs.document.event")]
public sealed record StoredEvent
{
    [Id(0)]
    public required int N { get; init; }

    [Id(1)]
    public required string Type { get; init; }

    [Id(2)]
    public required DateTimeOffset At { get; init; }

    /// <summary>Whose command led to it; absent for what time did.</summary>
    [Id(3)]
    public string? By { get; init; }

    /// <summary>The idempotency key of that command.</summary>
    [Id(4)]
    public string? Request { get; init; }

    /// <summary>The epoch after the event.</summary>
    [Id(5)]
    public required int Epoch { get; init; }

    [Id(6)]
    public List<string>? Candidates { get; init; }

    [Id(7)]
    public List<StoredTask>? Tasks { get; init; }

    [Id(8)]
    public string? Title { get; init; }

    [Id(9)]
    public DateTimeOffset? ExpiresAt { get; init; }

    [Id(10)]
    public string? Reason { get; init; }

    [Id(11)]
    public string? Task { get; init; }

    /// <summary>Milliseconds from <see cref="At"/> until <c>finalevents</c> had acknowledged it; known from a later write on.</summary>
    [Id(13)]
    public int? PublishMs { get; init; }

    [Id(12), JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

/// <summary>The outcome of one request.</summary>
[GenerateSerializer, Alias("jobs.document.request")]
public sealed record LedgerEntry
{
    [Id(0)]
    public required string Key { get; init; }

    [Id(1)]
    public required string Caller { get; init; }

    [Id(2)]
    public required string Operation { get; init; }

    /// <summary>Absent where no payload was ever seen: a deadline recorded for a command that never came. Matches any payload.</summary>
    [Id(3)]
    public string? Fingerprint { get; init; }

    /// <summary>The rejection's code; absent for SUCCESS.</summary>
    [Id(4)]
    public string? Code { get; init; }

    /// <summary>The job's version after a SUCCESS, or at which a FAIL was decided.</summary>
    [Id(5)]
    public required int Version { get; init; }

    /// <summary>The version <c>If-Match</c> asked for, where that was the reason.</summary>
    [Id(6)]
    public int? Expected { get; init; }

    /// <summary>The deciding silo's clock.</summary>
    [Id(7)]
    public required DateTimeOffset At { get; init; }

    /// <summary>The gateway's clock when it received the attempt that was decided.</summary>
    [Id(8)]
    public DateTimeOffset? ReceivedAt { get; init; }

    /// <summary>Where the command stood in its log.</summary>
    [Id(9)]
    public int? Partition { get; init; }

    [Id(10)]
    public long? Offset { get; init; }

    /// <summary>When it was written there, by its producer's clock.</summary>
    [Id(12)]
    public DateTimeOffset? WrittenAt { get; init; }

    /// <summary>When a silo read it there.</summary>
    [Id(13)]
    public DateTimeOffset? ReadAt { get; init; }

    /// <summary>Milliseconds from <see cref="At"/> until the storage had acknowledged the write; known from a later write on.</summary>
    [Id(14)]
    public int? CommitMs { get; init; }

    /// <summary>The W3C trace id of the attempt that was decided, 32 hexadecimal digits.</summary>
    [Id(15)]
    public string? TraceId { get; init; }

    /// <summary>The key id of the program that wrote the command to the log by itself; absent where a gateway did.</summary>
    [Id(16)]
    public string? SignedBy { get; init; }

    [Id(11), JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }

    [JsonIgnore]
    public bool IsFail => Code is not null;
}

/// <summary>How documents and views are written as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(JobDocument))]
[JsonSerializable(typeof(StoredState))]
public sealed partial class JobDocumentJson : JsonSerializerContext;
