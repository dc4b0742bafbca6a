using System.Text.Json.Serialization;

namespace JobRequests.Client;

/// <summary>The steps of one request, in the order of its way.</summary>
public sealed record RequestTimeline
{
    /// <summary><c>DECIDED</c> or <c>PENDING</c>.</summary>
    public required string State { get; init; }

    public string JobRequestId { get; init; } = "";
    public string Operation { get; init; } = "";
    public string Key { get; init; } = "";
    public string? Outcome { get; init; }
    public string? Code { get; init; }
    public long Version { get; init; }
    public string? TraceId { get; init; }
    public IReadOnlyList<Hop> Hops { get; init; } = [];

    /// <summary>The HTTP answer as it came.</summary>
    [JsonIgnore]
    public RawAnswer? Answer { get; init; }
}

/// <param name="Name">received, written, read, decided, committed, published or viewed.</param>
/// <param name="At">When, by the clock of the machine that did it.</param>
/// <param name="Ms">Milliseconds since the first hop; negative where clocks differ by more than the way took.</param>
public sealed record Hop([property: JsonPropertyName("hop")] string Name, DateTimeOffset? At, double? Ms);

/// <summary>A job's ledger, in the order of decision, for its requester and administrators.</summary>
public sealed record JobTimeline
{
    public required string JobRequestId { get; init; }
    public long Version { get; init; }
    public IReadOnlyList<TimelineEntry> Entries { get; init; } = [];

    /// <summary>The HTTP answer as it came.</summary>
    [JsonIgnore]
    public RawAnswer? Answer { get; init; }
}

/// <summary>One decided request.</summary>
public sealed record TimelineEntry
{
    public string By { get; init; } = "";
    public string Operation { get; init; } = "";
    public string Key { get; init; } = "";

    /// <summary><c>SUCCESS</c> or <c>FAIL</c>.</summary>
    public string Outcome { get; init; } = "";

    public string? Code { get; init; }
    public long Version { get; init; }
    public int? Epoch { get; init; }

    /// <summary>Whether it is an accept that got the job; false for one that got a place in the line.</summary>
    public bool Won { get; init; }

    /// <summary>The version of the event that an earlier, competing command led to.</summary>
    public long? LostTo { get; init; }

    public Lead? LostBy { get; init; }
    public RequestTimes Times { get; init; } = new();
    public LogPosition? Position { get; init; }
    public string? TraceId { get; init; }

    /// <summary>The key id of the program that wrote the command to the log by itself.</summary>
    public string? SignedBy { get; init; }
}
