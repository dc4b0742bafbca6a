using System.Collections.Immutable;

namespace JobRequests.Verification;

/// <summary>What must hold whatever goes wrong; <c>docs/verify.md</c> says what each means and what shows it.</summary>
public enum Invariant
{
    /// <summary>At most one person accepts in an epoch, at most one is told so, and the document says the same.</summary>
    I1 = 1,

    /// <summary>A request is executed at most once, and all decided answers to it are equal.</summary>
    I2,

    /// <summary>Versions run from 1 without a gap; events come in order, repeats are equal.</summary>
    I3,

    /// <summary>Nothing acknowledged is lost: it is in the document, the events and the view; every command has an outcome or is dead-lettered.</summary>
    I4,

    /// <summary>Every event comes from a call that was made, by somebody who was allowed to.</summary>
    I5,

    /// <summary>A FAIL, or a certain refusal, has no event.</summary>
    I6,

    /// <summary>Decisions follow real time, and each FAIL is what the rules say at its version.</summary>
    I7,

    /// <summary>A read with <c>minVersion</c> shows at least that version, once there is one.</summary>
    I8,

    /// <summary>A view is the fold of its job's events.</summary>
    I9,

    /// <summary>The document is the fold of its events, and those of <c>finalevents</c> are the same.</summary>
    I10,

    /// <summary>Answers come within the wait and the margin.</summary>
    I11,

    /// <summary>No answer carries what belongs to another caller.</summary>
    I12,

    /// <summary>Under overload goodput stays near capacity, and refusals come early.</summary>
    I13,

    /// <summary>A wiped cache changes no outcome.</summary>
    I14,

    /// <summary>One job, asked one call after the other, could have given all answers: the history is linearizable.</summary>
    I15,

    /// <summary>Nobody is told of a job before it was offered to them.</summary>
    I16,

    /// <summary>The first on standby has the job when its winner has it no more; it is never open while somebody waits for it.</summary>
    I17,

    /// <summary>What time does is not earlier than its moment, and nothing that needed it comes after.</summary>
    I18,
}

/// <summary>One sentence for each invariant.</summary>
public static class Invariants
{
    public static IReadOnlyList<Invariant> All { get; } = Enum.GetValues<Invariant>();

    public static string Describe(this Invariant invariant) => invariant switch
    {
        Invariant.I1 => "one winner per epoch, and nobody else was told so",
        Invariant.I2 => "a request is executed once and always answered alike",
        Invariant.I3 => "versions without a gap, events in order, repeats equal",
        Invariant.I4 => "nothing acknowledged is lost",
        Invariant.I5 => "every event comes from an allowed call that was made",
        Invariant.I6 => "what failed or was refused did not happen",
        Invariant.I7 => "decisions follow real time and the rules",
        Invariant.I8 => "minVersion is honoured",
        Invariant.I9 => "views are the fold of the events",
        Invariant.I10 => "documents are the fold of the events",
        Invariant.I11 => "answers come in time",
        Invariant.I12 => "no answer carries another caller's data",
        Invariant.I13 => "overload degrades and does not collapse",
        Invariant.I14 => "a wiped cache changes no outcome",
        Invariant.I15 => "answers are linearizable",
        Invariant.I16 => "nobody is told of a job before it was offered to them",
        Invariant.I17 => "the first on standby has the job next",
        Invariant.I18 => "time acts at its moment",
        _ => throw new ArgumentOutOfRangeException(nameof(invariant), invariant, "There is no such invariant."),
    };
}

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
