using System.Text.Json.Serialization;

namespace JobRequests.Client;

/// <summary>Why a request has its outcome. Members that do not apply, or are not known, are null.</summary>
public sealed record RequestExplanation
{
    /// <summary><c>DECIDED</c> or <c>PENDING</c>.</summary>
    public required string State { get; init; }

    public string JobRequestId { get; init; } = "";
    public string Operation { get; init; } = "";
    public string Key { get; init; } = "";

    /// <summary>One sentence or two for a person.</summary>
    public string Summary { get; init; } = "";

    /// <summary><c>SUCCESS</c> or <c>FAIL</c>.</summary>
    public string? Outcome { get; init; }

    /// <summary>The rule that said no.</summary>
    public Rule? Rule { get; init; }

    /// <summary>The job's version after a SUCCESS, or at which a FAIL was decided.</summary>
    public long Version { get; init; }

    /// <summary>The version that If-Match asked for, where that was the reason.</summary>
    public long? Expected { get; init; }

    public int? Epoch { get; init; }
    public RequestTimes? Times { get; init; }
    public LogPosition? Position { get; init; }

    /// <summary>The key id of the program that wrote the command to the log by itself, on the caller's behalf.</summary>
    public string? SignedBy { get; init; }

    /// <summary>The event that a refusal rests on.</summary>
    public DecidingEvent? Because { get; init; }

    /// <summary>How much earlier the winning command was.</summary>
    public Lead? LostBy { get; init; }

    /// <summary>The trace of the attempt that was decided.</summary>
    public string? TraceId { get; init; }

    /// <summary>Where that trace can be seen.</summary>
    public string? Trace { get; init; }

    /// <summary>The HTTP answer as it came.</summary>
    [JsonIgnore]
    public RawAnswer? Answer { get; init; }
}

/// <param name="Code">Capitals and underscores.</param>
/// <param name="Title">One short sentence.</param>
/// <param name="Text">What led to it and what the caller can do.</param>
public sealed record Rule(string Code, string Title, string Text);

/// <summary>When each step was done, by the clock of the machine that did it.</summary>
public sealed record RequestTimes
{
    public DateTimeOffset? ReceivedAt { get; init; }
    public DateTimeOffset? WrittenAt { get; init; }
    public DateTimeOffset? ReadAt { get; init; }
    public DateTimeOffset? DecidedAt { get; init; }
    public DateTimeOffset? CommittedAt { get; init; }
    public DateTimeOffset? PublishedAt { get; init; }
}

public sealed record LogPosition(int Partition, long Offset);

/// <param name="Ms">Milliseconds.</param>
/// <param name="Measured">Which times were compared: <c>log</c>, <c>gateway</c> or <c>decision</c>.</param>
public sealed record Lead(double Ms, string Measured);

/// <param name="Version">The event's number in its job.</param>
/// <param name="Type">What happened.</param>
/// <param name="At">When it was decided.</param>
/// <param name="By">Whose command led to it; null for what time did, and where the caller may not know.</param>
/// <param name="Position">Where that command stands in its log.</param>
public sealed record DecidingEvent(long Version, string Type, DateTimeOffset? At, string? By, LogPosition? Position);
