using System.Globalization;

namespace JobRequests.Gateway.JobRequests;

/// <summary>An explanation as one sentence or two.</summary>
internal static class ExplanationText
{
    /// <summary>Nothing is decided yet.</summary>
    public static string Pending(DateTimeOffset? outcomeKnownAt) => outcomeKnownAt is { } at
        ? string.Create(CultureInfo.InvariantCulture,
            $"Not decided yet. Asked from {at.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff}Z on, the status route gives a definite answer.")
        : "Not decided yet: an attempt with this key is in progress.";

    public static string Of(RequestExplanation explanation)
    {
        var request = explanation.Request!;
        var reached = Reached(explanation);
        if (request.Rank is { } rank) return Invariant($"Somebody else had the job: you wait in line, in place {rank}.{LostBy(explanation)}{reached}");
        if (request.Code is null)
            return Invariant(
                $"{CommandRoute.Find(request.Operation)?.Explanation ?? "Every rule allowed it."} It is version {request.Version} of the job.{reached}");

        var rule = ProblemTypes.OfRejection(request.Code).Title;
        if (request.Code == Rejections.VersionMismatch.Code) rule += Invariant($": version {request.Expected} was asked for, and it was at {request.Version}");
        return Invariant($"{rule}.{LostBy(explanation)}{Because(explanation)}{reached}");
    }

    private static string Reached(RequestExplanation explanation)
    {
        if (explanation is not { ReachedAt: { } at, Request.Operation: Operations.Accept or Operations.Decline }) return "";
        return Invariant($" The offer reached you at {at.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff}Z{(explanation.Wave is { } wave ? $", in wave {wave}" : "")}.");
    }

    // Of two places in one log the lower one comes first, whatever clocks say; without a log the order of decision is all there is.
    private static string LostBy(RequestExplanation explanation)
    {
        if (explanation.LostBy is not { } lead) return "";
        var winner = explanation.Because?.By is { } name ? $" of {name}" : "";
        var distance = lead.Milliseconds == 0 ? "Lost within the same millisecond" : Invariant($"Lost by {lead.Milliseconds:0.#} ms");
        if (explanation is not { Request.Position: { } own, Because.Request.Position: { } other })
            return Invariant($" {distance} to a command{winner} that was decided before yours, as version {explanation.Because!.Version}.");
        var yours = own.Partition == other.Partition ? Invariant($"{own.Offset}") : Invariant($"at partition {own.Partition} offset {own.Offset}");
        return Invariant($" {distance} to a command{winner} at partition {other.Partition} offset {other.Offset}, yours {yours}.");
    }

    private static string Because(RequestExplanation explanation)
    {
        if (explanation.LostBy is not null) return "";
        if (!explanation.IsRecorded)
            return Invariant($" It was closed at version {explanation.JobVersion}{At(explanation.Because)}; nothing is stored under this key.");
        return explanation.Because is { } fact
            ? Invariant($" Decided at version {explanation.Request!.Version}, because of version {fact.Version}, {fact.Type}{At(fact)}.")
                : Invariant($" Decided at version {explanation.Request!.Version}.");
    }

    private static string At(DecidingFact? fact) => fact is null ? "" : Invariant($" at {fact.At.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff}Z");

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
