using static JobRequests.Domain.Tests.Vocabulary;

namespace JobRequests.Domain.Tests;

public sealed class JobViewTests
{
    private static readonly Viewer Admin = new("root", IsAdmin: true);

    [Fact]
    public void The_next_event_is_applied()
    {
        var view = JobView.Empty("job").Apply(1, Requested())!.Apply(2, Accepted("ann"))!;

        Assert.Equal("job", view.JobRequestId);
        Assert.Equal(2, view.Version);
        Assert.Equal(JobStatus.Accepted, view.Job.Status);
        Assert.Equal("ann", view.Job.Winner);
    }

    [Fact]
    public void An_event_seen_before_changes_nothing()
    {
        var view = View(Requested(), Accepted("ann"));

        Assert.Same(view, view.Apply(2, Accepted("ann")));
        Assert.Same(view, view.Apply(1, Requested()));
        Assert.Same(view, view.Apply(2, Accepted("bob")));
    }

    [Fact]
    public void A_gap_is_reported()
    {
        Assert.Null(JobView.Empty("job").Apply(2, Accepted("ann")));
        Assert.Null(View(Requested()).Apply(3, Started("ann")));
    }

    [Fact]
    public void Requester_candidates_and_administrators_can_see_a_job()
    {
        var view = View(Requested(candidates: ["ann", "bob"]));

        Assert.True(view.IsVisibleTo(As(Requester)));
        Assert.True(view.IsVisibleTo(As("ann")));
        Assert.True(view.IsVisibleTo(As("bob")));
        Assert.True(view.IsVisibleTo(Admin));
        Assert.False(view.IsVisibleTo(As(Stranger)));
        Assert.False(JobRequest.Initial.IsVisibleTo(JobRequest.Initial.Requester));
        Assert.False(view.IsVisibleTo(As("Ann")));
        Assert.False(view.IsVisibleTo(As("root")));
    }

    [Fact]
    public void A_job_that_nobody_has_created_is_visible_to_nobody()
    {
        Assert.False(JobView.Empty("job").IsVisibleTo(Admin));
        Assert.False(JobView.Empty("job").IsVisibleTo(As("")));
    }

    [Fact]
    public void A_candidate_who_declined_or_withdrew_sees_the_job()
    {
        Assert.True(View(Requested(), Declined("ann")).IsVisibleTo(As("ann")));
        Assert.True(View(Requested(), Accepted("ann"), Withdrawn("ann")).IsVisibleTo(As("ann")));
        Assert.True(View(Requested(), Accepted("ann"), Withdrawn("ann"), Cancelled()).IsVisibleTo(As("ann")));
    }

    [Fact]
    public void The_requester_and_administrators_see_everything()
    {
        var view = View(Requested(), Declined("bob"), Accepted("ann"));

        Assert.Same(view, view.For(As(Requester)));
        Assert.Same(view, view.For(Admin));
    }

    [Fact]
    public void A_candidate_never_sees_who_took_the_job()
    {
        var seen = View(Requested(), Declined("bob"), Accepted("ann")).For(As("bob"));

        Assert.Equal([new Candidate("bob", CandidateAnswer.Declined)], seen.Job.Candidates.AsEnumerable());
        Assert.Null(seen.Job.Winner);
        Assert.Equal(JobStatus.Accepted, seen.Job.Status);
        Assert.Equal(Requester, seen.Job.Requester);
        Assert.Equal(3, seen.Version);
    }

    [Fact]
    public void The_winner_sees_that_it_has_won()
    {
        var seen = View(Requested(), Accepted("ann")).For(As("ann"));

        Assert.Equal("ann", seen.Job.Winner);
        Assert.Equal([new Candidate("ann", CandidateAnswer.Accepted)], seen.Job.Candidates.AsEnumerable());
    }

    [Fact]
    public void A_requester_who_is_a_candidate_too_sees_everything()
    {
        var view = View(Requested(candidates: [Requester, "ann"]), Accepted("ann"));

        Assert.Same(view, view.For(As(Requester)));
    }

    private static Viewer As(string person) => new(person, IsAdmin: false);

    private static JobView View(params JobRequestEvent[] events)
    {
        var view = JobView.Empty("job");
        for (var n = 1; n <= events.Length; n++) view = view.Apply(n, events[n - 1])!;
        return view;
    }
}
