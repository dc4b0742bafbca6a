using System.Globalization;
namespace JobRequests.Testing.Backends.Nemesis;

/// <summary>One fault of a run.</summary>
/// <param name="Name">What it was.</param>
/// <param name="At">When it began, from the start of the load.</param>
/// <param name="Took">Until it was repaired.</param>
/// <param name="LongestWithoutDecision">The longest time in which nobody was told an outcome, from the fault to the next one.</param>
public sealed record FaultSeen(string Name, TimeSpan At, TimeSpan Took, TimeSpan LongestWithoutDecision);

/// <summary>What a run brought.</summary>
/// <param name="Faults">What broke, in order.</param>
/// <param name="Answers">Calls by status and code; those without an answer under "none".</param>
/// <param name="Calls">All calls.</param>
/// <param name="Jobs">Jobs they were about.</param>
/// <param name="LongestWithoutAnswer">The longest time in which no call was answered at all.</param>
/// <param name="Violations">What the verifier counted, by invariant.</param>
/// <param name="Verdict">What the verifier printed, where it found something.</param>
/// <param name="Linearizable">Jobs of which the answers are linearizable.</param>
/// <param name="Undecided">Jobs of which that was not found out.</param>
public sealed record NemesisReport(
    IReadOnlyList<FaultSeen> Faults,
    IReadOnlyDictionary<string, int> Answers,
    int Calls,
    int Jobs,
    TimeSpan LongestWithoutAnswer,
    IReadOnlyDictionary<string, long> Violations,
    string Verdict,
    long Linearizable,
    long Undecided)
{
    public bool IsClean => Violations.Values.All(static count => count == 0) && Linearizable == Jobs;

    public override string ToString()
    {
        var faults = string.Join('\n', Faults.Select(static fault => string.Create(CultureInfo.InvariantCulture,
            $"  {fault.At.TotalSeconds,5:F0} s  {fault.Name,-30} {fault.Took.TotalSeconds,5:F1} s  {fault.LongestWithoutDecision.TotalSeconds,5:F1} s")));
        var answers = string.Join('\n', Answers.OrderByDescending(answer => answer.Value)
            .Select(answer => FormattableString.Invariant($"  {answer.Value,7}  {answer.Key}")));
        return FormattableString.Invariant($"""
            fault                                      lasted  longest without a decision
            {faults}
            answers to {Calls} calls on {Jobs} jobs
            {answers}
            longest without any answer: {LongestWithoutAnswer.TotalSeconds:F1} s
            violations: {(Violations.Values.Sum() == 0 ? "0" : string.Join(", ", Violations.Where(found => found.Value > 0).Select(found => $"{found.Key} {found.Value}")))}
            linearizable: {Linearizable} jobs, undecided: {Undecided}
            {Verdict}
            """).TrimEnd();
    }
}
