using System.Collections.Immutable;

namespace JobRequests.Verification;

/// <summary>An invariant that does not hold, and what shows it.</summary>
/// <param name="Invariant">Which one.</param>
/// <param name="Job">The job; null for what concerns the run as a whole.</param>
/// <param name="Version">The job's version it is about, or null.</param>
/// <param name="Caller">Whose request it is about, or null.</param>
/// <param name="Key">That request's idempotency key, or null.</param>
/// <param name="Message">One sentence.</param>
/// <param name="Evidence">The records that show it, one a line.</param>
public sealed record Violation(
    Invariant Invariant,
    string? Job,
    int? Version,
    string? Caller,
    string? Key,
    string Message,
    ImmutableArray<string> Evidence);
