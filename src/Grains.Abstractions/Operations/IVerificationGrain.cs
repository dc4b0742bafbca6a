using System.Collections.Immutable;

namespace JobRequests.Grains.Abstractions;

/// <summary>
/// Verifies the stored jobs in the background, in one silo of the cluster; key 0. It keeps the last result in memory alone: after a move it
/// knows nothing until the next run.
/// </summary>
[GrainInterfaceType("jobs.verification"), Alias("jobs.IVerificationGrain")]
public interface IVerificationGrain : IGrainWithIntegerKey
{
    /// <summary>The last result, and whether a run is under way.</summary>
    [Alias("Read")]
    Task<VerificationStatus> Read();

    /// <summary>Begins a run unless one is under way, and answers at once.</summary>
    [Alias("Start")]
    Task<VerificationStatus> Start();
}

/// <summary>What the last finished run found.</summary>
/// <param name="IsRunning">Whether another one is under way.</param>
/// <param name="CheckedAt">When it ended; null before the first one has.</param>
/// <param name="IsClean">Null when nothing is known: no run yet, or the last one could not be ended.</param>
/// <param name="Jobs">Jobs it judged.</param>
/// <param name="ViolationCount">Violations it found.</param>
/// <param name="First">The first ones, at most <see cref="MaxFindings"/>.</param>
/// <param name="Notes">What was not judged, and why.</param>
/// <param name="Problem">Why nothing is known, for an operator; else null.</param>
[GenerateSerializer, Immutable, Alias("jobs.verification-status")]
public sealed record VerificationStatus(
    [property: Id(0)] bool IsRunning,
    [property: Id(1)] DateTimeOffset? CheckedAt,
    [property: Id(2)] bool? IsClean,
    [property: Id(3)] long Jobs,
    [property: Id(4)] long ViolationCount,
    [property: Id(5)] ImmutableArray<VerificationFinding> First,
    [property: Id(6)] ImmutableArray<string> Notes,
    [property: Id(7)] string? Problem)
{
    public const int MaxFindings = 20;

    /// <summary>Before the first run.</summary>
    public static readonly VerificationStatus Unknown = new(false, null, null, 0, 0, [], [], "No verification has run yet: ask for one with POST.");
}

/// <summary>An invariant that does not hold.</summary>
/// <param name="Invariant"><c>I1</c> to <c>I18</c>.</param>
/// <param name="Job">The job; null for what concerns no single one.</param>
/// <param name="Version">The job's version it is about, or null.</param>
/// <param name="Caller">Whose request it is about, or null.</param>
/// <param name="Key">That request's idempotency key, or null.</param>
/// <param name="Message">One sentence.</param>
/// <param name="Evidence">The records that show it, one a line.</param>
[GenerateSerializer, Immutable, Alias("jobs.verification-finding")]
public sealed record VerificationFinding(
    [property: Id(0)] string Invariant,
    [property: Id(1)] string? Job,
    [property: Id(2)] int? Version,
    [property: Id(3)] string? Caller,
    [property: Id(4)] string? Key,
    [property: Id(5)] string Message,
    [property: Id(6)] ImmutableArray<string> Evidence);
