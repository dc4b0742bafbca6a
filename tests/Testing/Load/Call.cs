using System.Diagnostics;
using System.Text.Json.Serialization;

namespace JobRequests.Testing.Load;

/// <summary>What somebody wants, under one key; sent as often as it takes.</summary>
/// <param name="Variant">Something in the body that makes another payload of a create or a decline, without another effect.</param>
public sealed record Request(string Job, string Op, string Caller, string Key, string[]? Candidates = null, string? Variant = null);

/// <summary>One attempt at a request as its caller saw it: a line of the history.</summary>
public sealed record Call
{
    [JsonPropertyName("job")]
    public required string Job { get; init; }

    [JsonPropertyName("op")]
    public required string Op { get; init; }

    [JsonPropertyName("caller")]
    public required string Caller { get; init; }

    [JsonPropertyName("key")]
    public string? Key { get; init; }

    [JsonPropertyName("candidates")]
    public string[]? Candidates { get; init; }

    /// <summary>Nanoseconds on one clock.</summary>
    [JsonPropertyName("start")]
    public required long Start { get; init; }

    /// <summary>Absent when no answer came.</summary>
    [JsonPropertyName("end")]
    public long? End { get; init; }

    [JsonPropertyName("outcome")]
    public required string Outcome { get; init; }

    [JsonPropertyName("version")]
    public int? Version { get; init; }

    [JsonPropertyName("winner")]
    public string? Winner { get; init; }

    [JsonPropertyName("status")]
    public int? Status { get; init; }

    [JsonPropertyName("code")]
    public string? Code { get; init; }

    [JsonPropertyName("replayed")]
    public bool? Replayed { get; init; }

    [JsonIgnore]
    public bool IsDecided => Outcome is "SUCCESS" or "FAIL";

    [JsonIgnore]
    public (string Caller, string Op, string? Key, string Job) Request => (Caller, Op, Key, Job);

    public static long Now() => (long)(Stopwatch.GetTimestamp() * (1e9 / Stopwatch.Frequency));
}
