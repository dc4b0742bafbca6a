using System.Text.Json;
using System.Text.Json.Serialization;

namespace JobRequests.Gateway.Problems;

/// <summary>A problem as it is sent, <c>application/problem+json</c>. Members that do not apply are left out.</summary>
internal sealed record ProblemBody
{
    /// <summary>Where this kind of problem is described.</summary>
    public required string Type { get; init; }

    public required string Title { get; init; }

    /// <summary>What is so this time.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Detail { get; init; }

    public required int Status { get; init; }

    /// <summary>The last part of the type in capitals with underscores.</summary>
    public required string Code { get; init; }

    /// <summary>FAIL, TIMEOUT or REFUSED; absent where no command was sent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Outcome { get; init; }

    /// <summary>Where to ask what became of the command; or the address that was called.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Instance { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? JobRequestId { get; init; }

    /// <summary>The job's version that the command was decided at.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Version { get; init; }

    /// <summary><c>version-mismatch</c>: what If-Match asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Expected { get; init; }

    /// <summary><c>version-mismatch</c>: where the job is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Actual { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Enqueued? Enqueued { get; init; }

    /// <summary><c>validation</c>: each field and what is wrong about it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<FieldError>? Errors { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RetryBody? Retry { get; init; }

    public required string TraceId { get; init; }
}

/// <param name="Field">The member's path in the body, for example <c>candidates[3]</c>, or a header's or parameter's name; empty for the body as a
/// whole.</param>
/// <param name="Message">What is wrong about it.</param>
internal sealed record FieldError(string Field, string Message);

/// <param name="Advice">One of <see cref="RetryAdvice"/>.</param>
/// <param name="AfterMs">Not before this many milliseconds.</param>
/// <param name="OutcomeKnown">Whether it is certain what became of the command.</param>
/// <param name="OutcomeKnownAt">From when on the status route gives a certain answer.</param>
internal sealed record RetryBody(
    string Advice,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? AfterMs,
    bool OutcomeKnown,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? OutcomeKnownAt);

/// <summary>Whether a command without a decision was published.</summary>
[JsonConverter(typeof(EnqueuedConverter))]
internal enum Enqueued
{
    Yes,
    Unknown,
}

/// <summary><c>true</c> or <c>"unknown"</c>.</summary>
internal sealed class EnqueuedConverter : JsonConverter<Enqueued>
{
    public override Enqueued Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.True ? Enqueued.Yes : Enqueued.Unknown;

    public override void Write(Utf8JsonWriter writer, Enqueued value, JsonSerializerOptions options)
    {
        if (value == Enqueued.Yes) writer.WriteBooleanValue(true);
        else writer.WriteStringValue("unknown");
    }
}
