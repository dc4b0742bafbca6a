using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace JobRequests.Gateway.Administration;

/// <summary>Commands that were set aside.</summary>
/// <param name="DeadLetters">How many wait, of the job that was asked for or of all.</param>
/// <param name="BlockedJobs">Jobs whose later commands are set aside too, until a replay.</param>
/// <param name="Groups">By job and reason, the oldest first; at most 500.</param>
/// <param name="Commands">One page of them, by partition and offset.</param>
/// <param name="NextCursor">Of the next page; absent on the last.</param>
internal sealed record DeadLetterBody(
    int DeadLetters,
    int BlockedJobs,
    IReadOnlyList<DeadLetterGroupBody> Groups,
    IReadOnlyList<DeadLetterCommandBody> Commands,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? NextCursor)
{
    /// <summary>Where there is no log, nothing can be set aside.</summary>
    public static DeadLetterBody Nothing { get; } = new(0, 0, [], [], null);
}

/// <param name="Job">The record's key: the job; null where it has none. Nobody vouches for it where the record could not be read.</param>
/// <param name="Reason">Why.</param>
/// <param name="Count">How many.</param>
/// <param name="Oldest">When the first of them was set aside.</param>
/// <param name="LastError">The most recent error.</param>
/// <param name="Blocked">Whether the job's later commands are set aside too.</param>
internal sealed record DeadLetterGroupBody(string? Job, string Reason, int Count, DateTimeOffset? Oldest, string? LastError, bool Blocked);

/// <param name="Place">PARTITION:OFFSET in the dead-letter topic, as <c>jobctl dead-letters show</c> takes it.</param>
/// <param name="Job">The record's key.</param>
/// <param name="Reason">Why.</param>
/// <param name="Error">In detail.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="DeadLetteredAt">When it was set aside.</param>
/// <param name="Block"><c>begin</c>, <c>behind</c>, or null where it holds up nothing.</param>
/// <param name="Origin">Where it was read; null where somebody else wrote it.</param>
internal sealed record DeadLetterCommandBody(
    string Place, string? Job, string Reason, string? Error, int Attempts, DateTimeOffset? DeadLetteredAt, string? Block, DeadLetterOriginBody? Origin);

/// <param name="Topic">The log.</param>
/// <param name="Partition">In it.</param>
/// <param name="Offset">In that.</param>
/// <param name="Timestamp">When it was written.</param>
internal sealed record DeadLetterOriginBody(string Topic, int Partition, long Offset, DateTimeOffset Timestamp);

/// <summary>Which record to set aside.</summary>
/// <param name="Stream">requests or finalevents.</param>
/// <param name="Place">PARTITION:OFFSET in the stream's topic, as the silos' health check names it.</param>
internal sealed record DeadLetterOldestRequest([property: Required] string? Stream = null, [property: Required] string? Place = null);

/// <summary>What became of a record that a partition stood still on.</summary>
/// <param name="DeadLettered">Whether it was set aside now; false when no silo stands on it.</param>
internal sealed record DeadLetterOldestBody(bool DeadLettered);

/// <summary>Which commands to replay.</summary>
/// <param name="Job">Those of one job; all where it is absent.</param>
internal sealed record ReplayDeadLetterRequest(string? Job = null);

/// <summary>What a replay did, or would do.</summary>
/// <param name="DryRun">Whether it only says what it would do.</param>
/// <param name="Replayed">Commands replayed, in their order.</param>
/// <param name="LeftOut">Commands that cannot be replayed.</param>
/// <param name="Ended">Jobs whose block has ended.</param>
/// <param name="FailedAgain">Jobs of which a command failed again: they are blocked as before.</param>
/// <param name="Unfinished">Jobs that were not decided in time, or whose commands kept coming: the same call continues with them.</param>
internal sealed record ReplayDeadLetterBody(
    bool DryRun, int Replayed, int LeftOut, IReadOnlyList<string> Ended, IReadOnlyList<string> FailedAgain, IReadOnlyList<string> Unfinished);
