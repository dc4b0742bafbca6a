using System.Collections.Concurrent;
using CsCheck;

namespace JobRequests.Verification.Tests;

/// <summary>What the product does by its own rules is never held against it.</summary>
public sealed class GoodEvidenceTests
{
    private static readonly int Count = Environment.GetEnvironmentVariable("JOBREQUESTS_LONG") == "1" ? 200_000 : 2_000;

    [Fact]
    public void Any_life_of_a_job_passes_with_full_evidence() => Runs.Any.Sample(
        steps =>
        {
            var run = Runs.Play(steps);
            Passes(run.Evidence(), run.Rules);
        },
        iter: Count);

    [Fact]
    public void Any_life_of_a_job_passes_with_partial_evidence() => Gen.Select(Runs.Any, Gen.Int[0, 31]).Sample(
        (steps, parts) =>
        {
            var run = Runs.Play(steps);
            var all = run.Evidence();
            var known = all with
            {
                Document = (parts & 1) == 0 ? null : all.Document,
                View = (parts & 2) == 0 ? null : all.View,
                Requests = (parts & 4) == 0 ? null : all.Requests,
                Events = (parts & 8) == 0 ? null : all.Events,
                Calls = (parts & 16) == 0 ? null : all.Calls,
            };
            Passes(known, run.Rules);
        },
        iter: Count);

    [Fact]
    public void Lives_end_in_every_way()
    {
        string[] all = ["Open", "Accepted", "Started", "Finished", "Declined", "Expired", "Cancelled"];
        var ends = new ConcurrentDictionary<string, int>();
        // The rarest is one of some thousand.
        for (var round = 0; round < 50 && !all.All(ends.ContainsKey); round++)
            Runs.Any.Sample(steps => { ends[Runs.Play(steps).Document.State.Status] = round; }, iter: 1_000);
        Assert.Superset(all.ToHashSet(), ends.Keys.ToHashSet());
    }

    private static void Passes(JobEvidence evidence, CheckRules rules)
    {
        var findings = JobChecker.Check(evidence, rules);
        Assert.True(findings.Violations.Count == 0,
            string.Join(
                '\n', findings.Violations.Select(violation => $"{violation.Invariant} {violation.Message}\n  {string.Join("\n  ", violation.Evidence)}")));
    }
}
