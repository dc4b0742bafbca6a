namespace JobRequests.Verification;

/// <summary>What the checks say of one job.</summary>
/// <param name="Violations">What does not hold.</param>
/// <param name="IsUnpublished">Some of its events are not published yet.</param>
/// <param name="IsViewBehind">Its view is not at its version yet.</param>
/// <param name="IsPartial">Its oldest events are gone, so what rests on them was not checked.</param>
/// <param name="Linearizability">Whether one job could have given all answers.</param>
public sealed record JobFindings(IReadOnlyList<Violation> Violations, bool IsUnpublished, bool IsViewBehind, bool IsPartial, Linearizability Linearizability);

/// <summary>Judges what is known of one job. Pure: the same evidence gives the same findings.</summary>
public static class JobChecker
{
    public static JobFindings Check(JobEvidence evidence, CheckRules rules)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        ArgumentNullException.ThrowIfNull(rules);
        var job = new JobCase(evidence, rules);
        DocumentCheck.Check(job);
        EventCheck.Check(job);
        LedgerCheck.Check(job);
        ViewCheck.Check(job);
        PublishedCheck.Check(job);
        RequestCheck.Check(job);
        AnswerCheck.Check(job);
        OrderCheck.Check(job);
        AnswerTimeCheck.Check(job);
        PrivacyCheck.Check(job);
        LinearizabilityCheck.Check(job);
        var findings = job.Findings;
        var violations = rules.Only is { } only ? [.. findings.Violations.Where(violation => only.Contains(violation.Invariant))] : findings.Violations;
        return new JobFindings(violations, findings.IsUnpublished, findings.IsViewBehind, findings.IsPartial, findings.Linearizability);
    }
}
