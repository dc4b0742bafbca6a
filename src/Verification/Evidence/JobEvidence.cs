using JobRequests.Documents;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Verification;

/// <summary>All that is known of one job. What was not read is null; what was read and is not there is empty.</summary>
public sealed record JobEvidence
{
    public required string Job { get; init; }

    /// <summary>Null when job documents were not read.</summary>
    public DocumentEvidence? Document { get; init; }

    /// <summary>Null when views were not read.</summary>
    public ViewEvidence? View { get; init; }

    /// <summary>Records of <c>requests</c>, by partition and offset.</summary>
    public IReadOnlyList<RequestEvidence>? Requests { get; init; }

    /// <summary>Records of <c>finalevents</c>, by partition and offset.</summary>
    public IReadOnlyList<EventEvidence>? Events { get; init; }

    /// <summary>Records of <c>requests.dead-letter</c>, by partition and offset.</summary>
    public IReadOnlyList<DeadLetterEvidence>? DeadLetters { get; init; }

    /// <summary>Whether <c>requests</c> still holds its first records.</summary>
    public bool RequestsAreWhole { get; init; } = true;

    /// <summary>Whether <c>finalevents</c> still holds its first records.</summary>
    public bool EventsAreWhole { get; init; } = true;

    /// <summary>Calls as their callers saw them; null without a history.</summary>
    public IReadOnlyList<RecordedCall>? Calls { get; init; }

    /// <summary>When the history says that the cache was wiped, nanoseconds on its clock.</summary>
    public IReadOnlyList<long> CacheWipes { get; init; } = [];
}

/// <summary>A job's document; null where the job has none.</summary>
/// <param name="Document">The document.</param>
/// <param name="Unreadable">Why the stored bytes are no document, or null.</param>
public sealed record DocumentEvidence(JobDocument? Document, string? Unreadable = null)
{
    public static readonly DocumentEvidence None = new((JobDocument?)null);
}

/// <summary>A job's view, with what is stored beside it for queries; null where the job has none.</summary>
public sealed record ViewEvidence(StoredView? View, string? Unreadable = null)
{
    public static readonly ViewEvidence None = new((StoredView?)null);
}

/// <param name="Version">The column; must be what the state says.</param>
/// <param name="Status">The column.</param>
/// <param name="Requester">The column.</param>
/// <param name="CreatedAt">The column, unix milliseconds.</param>
/// <param name="State">The view itself.</param>
public sealed record StoredView(int Version, string Status, string Requester, long CreatedAt, StoredState State)
{
    public static StoredView From(StoredState state) => new(state.Version, state.Status, state.Requester, state.CreatedAt.ToUnixTimeMilliseconds(), state);
}

/// <summary>A record of <c>requests</c>.</summary>
/// <param name="Position">Where it stands.</param>
/// <param name="Command">The command it holds; null where it could not be delivered as one.</param>
/// <param name="Refused">Why it could not be, or null.</param>
/// <param name="IsFinished">Whether the consumers have committed it.</param>
public sealed record RequestEvidence(LogPosition Position, CommandEnvelope? Command, string? Refused, bool IsFinished);

/// <summary>A record of <c>finalevents</c>.</summary>
public sealed record EventEvidence(LogPosition Position, JobEvent Event);

/// <summary>A record of <c>requests.dead-letter</c>.</summary>
/// <param name="Position">Where it stands in that topic.</param>
/// <param name="Origin">Where it stood in <c>requests</c>; null where the record does not say.</param>
/// <param name="Reason">Why it was dead-lettered.</param>
public sealed record DeadLetterEvidence(LogPosition Position, LogPosition? Origin, string? Reason);
