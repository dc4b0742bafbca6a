using System.Text.Json.Serialization;

namespace JobRequests.Verification;

/// <summary>One call as its caller saw it: a line of a history. Times are nanoseconds on one clock for all callers.</summary>
public sealed record RecordedCall
{
    public required string Job { get; init; }

    /// <summary>One of the operations, or <c>get</c>.</summary>
    public required string Op { get; init; }

    public required string Caller { get; init; }

    /// <summary>The idempotency key; absent for <c>get</c>.</summary>
    public string? Key { get; init; }

    /// <summary>Of a <c>create</c>: who may answer, in their order; of an <c>assign</c>: who gets the job; of an <c>amend</c>: who is added.</summary>
    public IReadOnlyList<string>? Candidates { get; init; }

    /// <summary>Of a <c>create</c> with waves: how many people each one asks.</summary>
    public IReadOnlyList<int>? Waves { get; init; }

    /// <summary>True for a <c>create</c> that asks winners to confirm.</summary>
    public bool? Confirm { get; init; }

    /// <summary>Of an <c>accept</c>: whether it is content with standby.</summary>
    public bool? Standby { get; init; }

    /// <summary>Of an <c>accept</c> that was answered with standby: the place in the line.</summary>
    public int? Rank { get; init; }

    /// <summary>Of a <c>create</c> that sets a deadline for answers.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public required long Start { get; init; }

    /// <summary>Absent when no answer came.</summary>
    public long? End { get; init; }

    /// <summary><c>SUCCESS</c>, <c>FAIL</c>, <c>TIMEOUT</c> (may have happened, or may yet), or <c>REFUSED</c>.</summary>
    public required string Outcome { get; init; }

    /// <summary>The job's version in the answer.</summary>
    public int? Version { get; init; }

    /// <summary>Of a <c>get</c>: who has the job as the caller was shown; empty for nobody.</summary>
    public string? Winner { get; init; }

    /// <summary>HTTP status.</summary>
    public int? Status { get; init; }

    /// <summary>The answer's code, where it was not a success.</summary>
    public string? Code { get; init; }

    public bool? Replayed { get; init; }

    /// <summary>How long the caller said it would wait, seconds.</summary>
    public double? Wait { get; init; }

    /// <summary>Of a <c>get</c>: the version asked for.</summary>
    public int? MinVersion { get; init; }

    /// <summary>Of a <c>get</c>: whether the job itself was asked; where absent, yes, unless <see cref="MinVersion"/> is there.</summary>
    public bool? Strong { get; init; }

    /// <summary>Of a <c>finish-task</c>.</summary>
    public string? Task { get; init; }

    /// <summary>True for a caller with the admin role.</summary>
    public bool? Admin { get; init; }

    /// <summary>The job that the answer names.</summary>
    public string? AnswerJob { get; init; }

    /// <summary>The key that the answer names.</summary>
    public string? AnswerKey { get; init; }

    /// <summary>Everybody whom the answer names, but the requester.</summary>
    public IReadOnlyList<string>? Seen { get; init; }

    internal const string Get = "get";
    internal const string Pending = "TIMEOUT";

    [JsonIgnore]
    internal bool IsGet => Op == Get;

    [JsonIgnore]
    internal bool IsSuccess => Outcome == "SUCCESS";

    [JsonIgnore]
    internal bool IsFail => Outcome == "FAIL";

    [JsonIgnore]
    public bool IsDecided => IsSuccess || IsFail;

    /// <summary>It may have happened, or may yet.</summary>
    [JsonIgnore]
    internal bool IsPending => Outcome == Pending;

    /// <summary>A refusal that says that nothing was published.</summary>
    [JsonIgnore]
    internal bool IsCertainRefusal => Outcome == "REFUSED" && Status is 400 or 401 or 413 or 415 or 429 or 503 && Code != "TOO_MANY_ATTEMPTS";

    /// <summary>The job itself was asked, not a view.</summary>
    [JsonIgnore]
    internal bool IsStrong => IsGet && (Strong ?? MinVersion is null);

    [JsonIgnore]
    internal bool IsStrongRead => IsStrong && IsSuccess;
}
