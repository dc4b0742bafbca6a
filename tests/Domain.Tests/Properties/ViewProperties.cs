using System.Text.Json;
using CsCheck;

namespace JobRequests.Domain.Tests;

public sealed class ViewProperties
{
    private static readonly string[] Everybody = [.. Plan.People, "zoe", "mal", "Ann", ""];

    private static readonly Gen<(Plan Plan, int[] Deliveries)> PlansWithDeliveries = Gen.Select(Plans.Any, Gen.Int[0, 1000].Array[0, 40]);

    [Fact]
    public void A_view_fed_in_any_order_is_a_prefix_fold() => PlansWithDeliveries.Sample(
        (plan, deliveries) =>
        {
            var events = History.Of(plan).Events;
            var folds = new JobRequest[events.Count + 1];
            folds[0] = JobRequest.Initial;
            for (var n = 1; n < folds.Length; n++) folds[n] = JobRequest.Evolve(folds[n - 1], events[n - 1]);

            var view = JobView.Empty("job");
            foreach (var number in deliveries) view = Deliver(view, 1 + (number % events.Count));
            for (var version = 1; version <= events.Count; version++) view = Deliver(view, version);
            Assert.True(view.Version == events.Count && History.Same(view.Job, folds[^1]), "The view is not the fold of all events.");

            JobView Deliver(JobView before, int version)
            {
                var after = before.Apply(version, events[version - 1]);
                if (version <= before.Version)
                    Assert.True(ReferenceEquals(after, before), "A repeated event changed the view.");
                else if (version > before.Version + 1)
                    Assert.True(after is null, "A gap was not reported.");
                else
                    Assert.True(
                        after is not null && after.Version == version && History.Same(after.Job, folds[version]),
                        "The view is not the fold of the prefix.");
                return after ?? before;
            }
        },
        iter: Sequences.Count);

    [Fact]
    public void Only_requester_and_administrators_see_what_belongs_to_others() => Sequences.Each(Sequences.Fewer, history =>
    {
        var view = new JobView("job", history.Job);
        foreach (var person in Plan.People)
        {
            var seen = view.For(new Viewer(person, IsAdmin: false));
            if (person == history.Plan.Requester)
            {
                Assert.True(ReferenceEquals(seen, view), "The requester does not see everything.");
                continue;
            }
            Assert.True(seen.Job.Candidates.All(candidate => candidate.Id == person), "Another candidate is shown.");
            Assert.True(seen.Job.Candidates.Length == (history.Job.FindCandidate(person) is null ? 0 : 1), "The viewer is not shown itself.");
            Assert.True(seen.Job.Winner == (view.Job.Winner == person ? person : null), "The winner is shown to another, or not to itself.");
            var details = view.Job.Details! with { Previous = null, Instructions = view.Job.Winner == person ? view.Job.Details!.Instructions : null };
            Assert.True(seen.Job.Details == details, "Instructions are shown to another than the winner, or the previous job, or other details are missing.");
            Assert.True(
                History.Same(seen.Job with
                {
                    Candidates = view.Job.Candidates,
                    Winner = view.Job.Winner,
                    Details = view.Job.Details,
                    Waves = view.Job.Waves,
                    Standby = view.Job.Standby,
                    ConfirmBy = view.Job.ConfirmBy
                }, view.Job)
                && seen.JobRequestId == "job",
                "More than persons is left out.");
        }
        Assert.True(ReferenceEquals(view.For(new Viewer("root", IsAdmin: true)), view), "An administrator does not see everything.");
    });

    [Fact]
    public void A_candidate_is_never_shown_another_candidates_id() => Plans.Any.Sample(
        plan =>
        {
            if (plan.Requester != "zoe") return;
            var view = new JobView("job", History.Of(plan).Job);
            foreach (var person in Plan.People.Take(plan.CandidateCount))
            {
                // Written out whole, so that a member added later is looked at too.
                var shown = JsonSerializer.Serialize(view.For(new Viewer(person, IsAdmin: false)));
                foreach (var other in Plan.People)
                    Assert.True(other == person || !shown.Contains($"\"{other}\"", StringComparison.Ordinal), "Another candidate's id is shown.");
            }
        },
        iter: Sequences.Fewer);

    [Fact]
    public void Only_requester_and_candidates_ever_see_a_job() => Sequences.Each(Sequences.Fewer, history =>
    {
        foreach (var person in Everybody)
            Assert.True(
                history.Job.IsVisibleTo(person) == (person == history.Plan.Requester || history.Job.FindCandidate(person) is not null),
                "Visible to a stranger, or hidden from a participant.");
    });
}
