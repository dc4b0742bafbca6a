using CsCheck;
using JobRequests.Documents;
using JobRequests.Domain;

namespace JobRequests.Verification.Tests;

/// <summary>Damage at a random place of a random life is seen, too.</summary>
public sealed class RandomDamageTests
{
    private const int Count = 500;

    [Fact]
    public void An_event_that_is_gone_is_missed() => Each(
        (evidence, place) => evidence.Document!.Document!.Events is { Count: > 1 } events
            ? evidence.WithStored(stored => stored.Where(each => each.N != events[place % events.Count].N))
            : null);

    [Fact]
    public void A_reversed_outcome_is_noticed() => Each(
        (evidence, place) => evidence.Calls!.Where(call => call is { Op: not "get", Outcome: "SUCCESS" or "FAIL" }).ToList() is { Count: > 0 } decided
            ? evidence.WithCalls(calls =>
                calls.Select(call => call == decided[place % decided.Count] ? call with
                { Outcome = call.Outcome == "FAIL" ? "SUCCESS" : "FAIL", Code = call.Outcome == "FAIL" ? null : "NOT_ALLOWED" } : call))
            : null);

    [Fact]
    public void A_remembered_outcome_that_is_gone_is_missed() => Each(
        (evidence, place) =>
            evidence.Document!.Document!.Requests.Where(entry =>
                evidence.Calls!.Any(call => call.Key == entry.Key
                    && call.Caller == entry.Caller
                    && call.Op == entry.Operation
                    && call.Outcome is "SUCCESS" or "FAIL"))
                    .ToList() is { Count: > 0 } told
            ? evidence.WithDocument(document => document with { Requests = [.. document.Requests.Where(entry => entry != told[place % told.Count])] })
            : null);

    [Fact]
    public void An_event_by_somebody_else_is_seen() => Each(
        (evidence, place) => evidence.Document!.Document!.Events.Where(stored => stored.By is not null).ToList() is { Count: > 0 } events
            ? evidence.WithEvent(events[place % events.Count].N, stored => stored with { By = "mal" })
            : null);

    [Fact]
    public void A_view_that_missed_an_event_is_seen() => Each((evidence, place) =>
    {
        if (evidence.View!.View is not { State.Version: > 1 } view || evidence.Document!.Document!.Events is not [{ N: 1 }, ..]) return null;
        var missed = place % (view.State.Version - 1);
        var state = evidence.Document.Document.Events.Take(view.State.Version)
            .Where((_, i) => i != missed)
            .Aggregate(JobRequest.Initial, (job, stored) => JobRequest.Evolve(job, stored.ToDomain())) with
        { Version = view.State.Version };
        // Some events leave no trace: an acceptance that was withdrawn.
        if (StateDifference.Between(view.State.ToDomain(), state) is null) return null;
        return evidence.WithView(_ => StoredView.From(state.ToStored()));
    });

    private static void Each(Func<JobEvidence, int, JobEvidence?> damage)
    {
        var seen = 0;
        Gen.Select(Runs.Any, Gen.Int[0, 1_000]).Sample(
            (steps, place) =>
            {
                var run = Runs.Play(steps);
                if (run.State.Version == 0 || damage(run.Evidence(), place) is not { } damaged) return;
                Assert.NotEmpty(JobChecker.Check(damaged, run.Rules).Violations);
                Interlocked.Increment(ref seen);
            },
            iter: Count);
        Assert.True(seen > Count / 4, $"Only {seen} of {Count} lives could be damaged.");
    }
}
