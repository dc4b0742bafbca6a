using System.Text.Json;

namespace JobRequests.Client.Wire;

/// <summary>The body of an answer to a command: the members of a success and of a problem, all optional.</summary>
internal sealed record CommandAnswer
{
    public string? Outcome { get; init; }
    public string? JobRequestId { get; init; }
    public long? Version { get; init; }
    public bool? Replayed { get; init; }
    public Job? Job { get; init; }
    public string? Title { get; init; }
    public string? Detail { get; init; }
    public string? Code { get; init; }
    public string? Instance { get; init; }
    public RetryAdvice? Retry { get; init; }

    /// <summary>By field; read by hand, its form is the server's.</summary>
    public JsonElement? Errors { get; init; }
}

internal sealed record RetryAdvice(string? Advice, long? AfterMs, bool? OutcomeKnown, DateTimeOffset? OutcomeKnownAt);
