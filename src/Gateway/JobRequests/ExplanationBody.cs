using System.Text.Json.Serialization;

namespace JobRequests.Gateway.JobRequests;

/// <summary>Why a request has its outcome. Members that do not apply, or are not known, are left out.</summary>
internal sealed record ExplanationBody
{
    /// <summary>DECIDED or PENDING.</summary>
    public required string State { get; init; }

    public required string JobRequestId { get; init; }

    public required string Operation { get; init; }

    public required string Key { get; init; }

    /// <summary>One sentence for a person.</summary>
    public required string Summary { get; init; }

    /// <summary>SUCCESS or FAIL.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Outcome { get; init; }

    /// <summary>The rule that said no.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RuleBody? Rule { get; init; }

    /// <summary>The job's version after a SUCCESS, or at which a FAIL was decided; while nothing is decided, where the job is.</summary>
    public required int Version { get; init; }

    /// <summary>The version that If-Match asked for, where that was the reason.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Expected { get; init; }

    /// <summary>The epoch it was decided in.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Epoch { get; init; }

    /// <summary>False for the "no" of a closed job: it is decided again each time and stored nowhere.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Recorded { get; init; }

    /// <summary>When each step was done.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimesBody? Times { get; init; }

    /// <summary>Where the command stands in its log.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PositionBody? Position { get; init; }

    /// <summary>The key id of the program that wrote the command to the log by itself, on the caller's behalf.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? SignedBy { get; init; }

    /// <summary>The event that a refusal rests on.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BecauseBody? Because { get; init; }

    /// <summary>How much earlier the winning command was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LeadBody? LostBy { get; init; }

    /// <summary>Of an accept that joined the line: the place in it, from 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Rank { get; init; }

    /// <summary>When a wave reached the caller.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? ReachedAt { get; init; }

    /// <summary>Which one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Wave { get; init; }

    /// <summary>While nothing is decided: when a certain answer can be had.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RetryBody? Retry { get; init; }

    /// <summary>The trace of the attempt that was decided.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceId { get; init; }

    /// <summary>Where that trace can be seen, where <c>Gateway:TraceLink</c> says so.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Trace { get; init; }

    /// <summary>The request's steps on a time axis.</summary>
    public required string Timeline { get; init; }

    /// <summary>What became of it, with the wait that the status route offers.</summary>
    public required string Instance { get; init; }
}

/// <param name="Code">Capitals and underscores; never changes its meaning.</param>
/// <param name="Type">Where it is described.</param>
/// <param name="Title">One short sentence.</param>
/// <param name="Text">What led to it and what the caller can do.</param>
internal sealed record RuleBody(string Code, string Type, string Title, string Text)
{
    public static RuleBody Of(string code)
    {
        var type = ProblemTypes.OfRejection(code);
        return new RuleBody(type.Code, type.Uri, type.Title, type.Description);
    }
}

/// <summary>When each step was done, by the clock of the machine that did it: clocks differ. Steps whose time is not known are left out.</summary>
/// <param name="ReceivedAt">A gateway received it.</param>
/// <param name="WrittenAt">It was written to the log of commands.</param>
/// <param name="ReadAt">A silo read it there.</param>
/// <param name="DecidedAt">The job decided it.</param>
/// <param name="CommittedAt">The decision was durable.</param>
/// <param name="PublishedAt">Its event was acknowledged by finalevents.</param>
internal sealed record TimesBody(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? ReceivedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? WrittenAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? ReadAt,
    DateTimeOffset DecidedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? CommittedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? PublishedAt)
{
    public static TimesBody From(RequestTimes times) =>
        new(times.ReceivedAt, times.WrittenAt, times.ReadAt, times.DecidedAt, times.CommittedAt, times.PublishedAt);
}

internal sealed record PositionBody(int Partition, long Offset)
{
    public static PositionBody? From(LogPosition? position) => position is { } known ? new PositionBody(known.Partition, known.Offset) : null;
}

/// <param name="Version">The event's number in its job.</param>
/// <param name="Type">What happened.</param>
/// <param name="At">When it was decided.</param>
/// <param name="By">Whose command led to it; null for what time did, and where the caller may not know.</param>
/// <param name="Times">The steps of that command.</param>
/// <param name="Position">Where that command stands in its log.</param>
/// <param name="TraceId">The trace of that command, for who may know whose it is.</param>
internal sealed record BecauseBody(
    int Version,
    string Type,
    DateTimeOffset At,
    string? By,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] TimesBody? Times,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PositionBody? Position,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? TraceId)
{
    public static BecauseBody? From(DecidingFact? fact) => fact is null
        ? null
        : new BecauseBody(
            fact.Version, fact.Type, fact.At, fact.By, fact.Request is { } request
                ? TimesBody.From(request.Times)
                : null, PositionBody.From(fact.Request?.Position), fact.Request?.TraceId);
}

/// <param name="Ms">Milliseconds.</param>
/// <param name="Measured">Which times were compared: log, gateway or decision.</param>
internal sealed record LeadBody(double Ms, string Measured)
{
    public static LeadBody? From(Lead? lead) => lead is null ? null : new LeadBody(lead.Milliseconds, lead.Measured);
}
