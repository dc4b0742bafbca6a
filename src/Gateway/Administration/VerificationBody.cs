using System.Text.Json.Serialization;

namespace JobRequests.Gateway.Administration;

/// <summary>What the last verification found. While another one is under way the figures are those of the one before.</summary>
/// <param name="State"><c>clean</c>, <c>violations</c>, <c>unknown</c>, or <c>running</c>.</param>
/// <param name="CheckedAt">When the last one ended; absent before the first.</param>
/// <param name="Jobs">Jobs that it judged.</param>
/// <param name="ViolationCount">Violations that it found.</param>
/// <param name="Violations">The first 20 of them.</param>
/// <param name="Notes">What was not judged, and why.</param>
/// <param name="Problem">Why nothing is known; absent where something is.</param>
internal sealed record VerificationBody(
    string State,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? CheckedAt,
    long Jobs,
    long ViolationCount,
    IReadOnlyList<ViolationBody> Violations,
    IReadOnlyList<string> Notes,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Problem)
{
    public static VerificationBody From(VerificationStatus status) => new(
        StateOf(status),
        status.CheckedAt,
        status.Jobs,
        status.ViolationCount,
        [.. status.First.Select(static finding =>
            new ViolationBody(finding.Invariant, finding.Job, finding.Version, finding.Caller, finding.Key, finding.Message, [.. finding.Evidence]))],
        status.Notes,
        status.Problem);

    private static string StateOf(VerificationStatus status) => status switch
    {
        { IsRunning: true } => "running",
        { IsClean: true } => "clean",
        { IsClean: false } => "violations",
        _ => "unknown",
    };
}

/// <param name="Invariant"><c>I1</c> to <c>I18</c>.</param>
/// <param name="Job">The job, or null.</param>
/// <param name="Version">The job's version, or null.</param>
/// <param name="Caller">Whose request, or null.</param>
/// <param name="Key">That request's idempotency key, or null.</param>
/// <param name="Message">One sentence.</param>
/// <param name="Evidence">The records that show it, one a line.</param>
internal sealed record ViolationBody(string Invariant, string? Job, int? Version, string? Caller, string? Key, string Message, IReadOnlyList<string> Evidence);
