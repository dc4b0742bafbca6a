namespace JobRequests.Cli.Verification;

/// <summary>A violation and a report for a person.</summary>
internal static class VerificationText
{
    public static void Print(Violation violation)
    {
        Terminal.Bad(
            $"{violation.Invariant}{Part("job", violation.Job)}{Part("version", violation.Version)}{Part("by", violation.Caller)}{Part("key", violation.Key)}");
        Terminal.Line($"    {violation.Message}");
        foreach (var line in violation.Evidence) Terminal.Line($"      {line}");
    }

    public static void Print(VerificationReport report, string source)
    {
        var seconds = report.Duration.TotalSeconds;
        Terminal.Line($"{source}: {report.Jobs} jobs, {report.Documents} documents, {report.Views} views, {report.Records} records, {report.Calls} calls in "
            + $"{seconds:0.00} s ({report.Jobs / seconds:0} jobs a second)");
        if (report.Unpublished > 0) Terminal.Line($"  {report.Unpublished} jobs have events that are not published yet; --settled counts them as lost.");
        if (report.ViewsBehind > 0) Terminal.Line($"  {report.ViewsBehind} jobs have a view that is not at their version yet; --settled counts them as lost.");
        if (report.Partial > 0) Terminal.Line($"  {report.Partial} jobs have folded their oldest events away: what rests on those was not checked.");
        if (report.Unsettled > 0) Terminal.Open($"  {report.Unsettled} jobs changed each time they were read: nothing is said of them.");
        if (report.Linearizable > 0) Terminal.Line($"  {report.Linearizable} jobs gave answers that are linearizable.");
        if (report.Undecided > 0) Terminal.Open($"  {report.Undecided} jobs have too many calls at once to decide whether their answers are linearizable.");
        foreach (var note in report.Notes) Terminal.Line($"  {note}");
        if (report.IsClean)
        {
            Terminal.Good("No invariant is violated.");
            return;
        }

        foreach (var (invariant, count) in report.Violations.Where(entry => entry.Value > 0).OrderBy(entry => entry.Key))
            Terminal.Bad($"  {invariant,-4} {count,8}  {invariant.Describe()}");
        Terminal.Bad($"{report.ViolationCount} violations.");
    }

    private static string Part(string name, object? value) => value is null ? "" : $"  {name} {value}";
}
