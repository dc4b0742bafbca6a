using System.Text.Json;
using System.Text.Json.Serialization;

namespace JobRequests.Documents;

/// <summary>
/// The one document of a job: its state, its events, the outcomes of its requests and what is still to be published. It is
/// replaced by one conditional write. Members that this version does not know are kept.
/// </summary>
/// <remarks>Lists, not maps by people's ids: an id may hold a dot or a dollar sign.</remarks>
public sealed record JobDocument
{
    public const int CurrentSchema = 1;

    public int Schema { get; init; } = CurrentSchema;

    public StoredState State { get; init; } = new();

    /// <summary>Every event that was not compacted, oldest first, numbered without a gap.</summary>
    public List<StoredEvent> Events { get; init; } = [];

    /// <summary>The ledger: one outcome for each (caller, operation, key), in the order of decision.</summary>
    public List<LedgerEntry> Requests { get; init; } = [];

    /// <summary>Number of the last event whose publication was acknowledged.</summary>
    public int Published { get; init; }

    /// <summary>When the oldest unpublished event was decided, unix milliseconds; absent when there is none.</summary>
    public long? OutboxSince { get; init; }

    /// <summary>The state's <see cref="Domain.JobRequest.DueAt"/>, unix milliseconds; absent when there is nothing to wait for.</summary>
    public long? DueAt { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

/// <summary>The fold of the events up to <see cref="Version"/>.</summary>
public sealed record StoredState
{
    public string Status { get; init; } = nameof(Domain.JobStatus.None);

    public int Version { get; init; }

    public int Epoch { get; init; }

    public string Requester { get; init; } = "";

    public string? Title { get; init; }

    public List<StoredCandidate> Candidates { get; init; } = [];

    /// <summary>Absent where all are asked at once.</summary>
    public StoredWaves? Waves { get; init; }

    public string? Winner { get; init; }

    /// <summary>Absent where nobody waits for the job.</summary>
    public List<string>? Standby { get; init; }

    public int? ConfirmSeconds { get; init; }

    public DateTimeOffset? ConfirmBy { get; init; }

    public List<StoredTask> Tasks { get; init; } = [];

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public StoredDetails? Details { get; init; }

    public DateTimeOffset LastEventAt { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

/// <param name="Id">The person.</param>
/// <param name="Answer">Absent where there is none yet.</param>
/// <param name="AskedAt">Absent for who was asked when the job was created.</param>
public sealed record StoredCandidate(string Id, string? Answer, DateTimeOffset? AskedAt = null)
{
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

public sealed record StoredWave(int Size, int Seconds)
{
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

public sealed record StoredWaves(List<StoredWave> Plan, int Opened, DateTimeOffset Since, List<string> Waiting)
{
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

public sealed record StoredTask(string Id, string Name, bool Done)
{
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

public sealed record StoredDetails
{
    public string? Description { get; init; }

    public StoredPlace? Place { get; init; }

    public DateTimeOffset? StartsAt { get; init; }

    public DateTimeOffset? EndsAt { get; init; }

    public string? Instructions { get; init; }

    /// <summary>
    /// Each <c>KEY=VALUE</c>, as indexes and filters take it; a key has no equals sign. The empty key is the job that this one repeats.
    /// </summary>
    public List<string>? Metadata { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

public sealed record StoredPlace(string? Text, double? Latitude, double? Longitude)
{
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

public sealed record StoredEvent
{
    public required int N { get; init; }

    public required string Type { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Whose command led to it; absent for what time did.</summary>
    public string? By { get; init; }

    /// <summary>The idempotency key of that command.</summary>
    public string? Request { get; init; }

    /// <summary>The epoch after the event.</summary>
    public required int Epoch { get; init; }

    /// <summary>Who is asked from this event on.</summary>
    public List<string>? Candidates { get; init; }

    /// <summary>Who will be asked by later waves.</summary>
    public List<string>? Waiting { get; init; }

    /// <summary>The plan of the waves.</summary>
    public List<StoredWave>? Waves { get; init; }

    /// <summary>The number of the wave that was opened.</summary>
    public int? Wave { get; init; }

    public int? ConfirmSeconds { get; init; }

    public List<StoredTask>? Tasks { get; init; }

    public string? Title { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public StoredDetails? Details { get; init; }

    public string? Reason { get; init; }

    public string? Task { get; init; }

    /// <summary>Whom it is about, where that is not who caused it.</summary>
    public string? Candidate { get; init; }

    /// <summary>The place in the line of those on standby, from 1.</summary>
    public int? Rank { get; init; }

    /// <summary>Who has the job from this event on, because of having been the first on standby.</summary>
    public string? Promoted { get; init; }

    /// <summary>The members that the job has no more.</summary>
    public List<string>? Removed { get; init; }

    /// <summary>By which right it was caused, where that needs one.</summary>
    public string? Role { get; init; }

    /// <summary>Milliseconds from <see cref="At"/> until <c>finalevents</c> had acknowledged it; known from a later write on.</summary>
    public int? PublishMs { get; init; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

/// <summary>The outcome of one request.</summary>
public sealed record LedgerEntry
{
    public required string Key { get; init; }

    public required string Caller { get; init; }

    public required string Operation { get; init; }

    /// <summary>Absent where no payload was ever seen: a deadline recorded for a command that never came. Matches any payload.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>The rejection's code; absent for SUCCESS.</summary>
    public string? Code { get; init; }

    /// <summary>The job's version after a SUCCESS, or at which a FAIL was decided.</summary>
    public required int Version { get; init; }

    /// <summary>Of an accept that joined the line: the place in it, from 1.</summary>
    public int? Rank { get; init; }

    /// <summary>The version <c>If-Match</c> asked for, where that was the reason.</summary>
    public int? Expected { get; init; }

    /// <summary>The deciding silo's clock.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The gateway's clock when it received the attempt that was decided.</summary>
    public DateTimeOffset? ReceivedAt { get; init; }

    /// <summary>Where the command stood in its log.</summary>
    public int? Partition { get; init; }

    public long? Offset { get; init; }

    /// <summary>When it was written there, by its producer's clock.</summary>
    public DateTimeOffset? WrittenAt { get; init; }

    /// <summary>When a silo read it there.</summary>
    public DateTimeOffset? ReadAt { get; init; }

    /// <summary>Milliseconds from <see cref="At"/> until the storage had acknowledged the write; known from a later write on.</summary>
    public int? CommitMs { get; init; }

    /// <summary>The W3C trace id of the attempt that was decided, 32 hexadecimal digits.</summary>
    public string? TraceId { get; init; }

    /// <summary>The key id of the program that wrote the command to the log by itself; absent where a gateway did.</summary>
    public string? SignedBy { get; init; }

    [JsonExtensionData]
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
[JsonSerializable(typeof(StoredEvent))]
[JsonSerializable(typeof(StoredDetails))]
[JsonSerializable(typeof(StoredWaves))]
public sealed partial class JobDocumentJson : JsonSerializerContext;
