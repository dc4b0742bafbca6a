using System.Text.Json;
using System.Text.Json.Serialization;

namespace JobRequests.Client.Wire;

/// <summary>The body of an answer to a command: the members of a success and of a problem, all optional.</summary>
internal sealed record CommandAnswer
{
    private const string ProblemPages = "/problems/";

    public string? Type { get; init; }
    public string? Outcome { get; init; }
    public string? JobRequestId { get; init; }
    public string? RequestKey { get; init; }
    public long? Version { get; init; }
    public bool? Replayed { get; init; }
    public Job? Job { get; init; }
    public StandbyPlace? Standby { get; init; }
    public string? Title { get; init; }
    public string? Detail { get; init; }
    public string? Code { get; init; }
    public string? Instance { get; init; }
    public RetryAdvice? Retry { get; init; }

    /// <summary>By field; read by hand, its form is the server's.</summary>
    public JsonElement? Errors { get; init; }

    /// <summary>True for a problem of the service, and not of a proxy on the way.</summary>
    [JsonIgnore]
    public bool IsProblem => Code is { Length: > 0 } && Title is { Length: > 0 } && Type?.Contains(ProblemPages, StringComparison.Ordinal) == true;

    /// <summary>True for a SUCCESS of the service.</summary>
    [JsonIgnore]
    public bool IsSuccess => Outcome == "SUCCESS" && JobRequestId is { Length: > 0 } && Version is not null;
}

internal sealed record StandbyPlace(int Rank);

internal sealed record RetryAdvice(string? Advice, long? AfterMs, bool? OutcomeKnown, DateTimeOffset? OutcomeKnownAt);
