using System.Collections.Immutable;
using static JobRequests.Domain.Tests.Vocabulary;

namespace JobRequests.Domain.Tests;

/// <summary>Waves, standby and confirmation, told as stories. Six people, two at once, 20 seconds each.</summary>
public sealed class OfferTests
{
    private static readonly string[] Six = ["ann", "bob", "cid", "dee", "eva", "fay"];

    private JobRequest _job = JobRequest.Initial;

    [Fact]
    public void Each_wave_is_asked_when_its_time_has_come()
    {
        Offer(waves: [new Wave(2, 20), new Wave(2, 30)]);
        Assert.Equal(("ann bob", "cid dee eva fay", At(20)), (Asked, Waiting, _job.DueAt));

        Assert.Empty(Advance(19.999));
        Assert.Equal(["OfferWidened"], Advance(20));
        Assert.Equal(("ann bob cid dee", "eva fay", At(50)), (Asked, Waiting, _job.DueAt));

        Assert.Equal(["OfferWidened"], Advance(50));
        Assert.Equal((string.Join(' ', Six), "", null), (Asked, Waiting, _job.DueAt));
        Assert.Equal([null, null, At(20), At(20), At(50), At(50)], _job.Candidates.Select(candidate => candidate.AskedAt));
    }

    [Fact]
    public void A_job_does_not_exist_for_who_waits()
    {
        Offer(waves: [new Wave(2, 20)]);

        Assert.False(_job.IsVisibleTo("cid"));
        Assert.Equal("NOT_ALLOWED", Try(new JobRequestCommand.Accept(), "cid"));
        Advance(20);
        Assert.True(_job.IsVisibleTo("cid"));
    }

    [Fact]
    public void When_all_asked_have_declined_the_next_wave_comes()
    {
        Offer(waves: [new Wave(2, 20)]);

        Assert.Equal("JobDeclined", Try(new JobRequestCommand.Decline(), "ann", 3));
        Assert.Empty(Advance(3));
        Assert.Equal("JobDeclined", Try(new JobRequestCommand.Decline(), "bob", 4));
        Assert.Equal(["OfferWidened"], Advance(4));
        Assert.Equal(string.Join(' ', Six), Asked);
    }

    [Fact]
    public void Only_when_nobody_waits_have_all_declined()
    {
        Offer(["ann", "bob"], [new Wave(1, 20)]);

        Try(new JobRequestCommand.Decline(), "ann", 1);
        Advance(1);

        Assert.Equal("JobDeclined, CandidatesExhausted", Try(new JobRequestCommand.Decline(), "bob", 2));
    }

    [Fact]
    public void An_accept_stops_the_clock_a_withdrawal_restarts_it()
    {
        Offer(waves: [new Wave(2, 20)]);
        Try(new JobRequestCommand.Accept(), "ann", 15);
        Assert.Null(_job.DueAt);

        Try(new JobRequestCommand.Withdraw(), "ann", 100);

        Assert.Equal(("ann bob", At(120)), (Asked, _job.DueAt));
    }

    [Fact]
    public void A_withdrawal_that_leaves_nobody_asks_the_next_at_once()
    {
        Offer(waves: [new Wave(1, 20)]);
        Try(new JobRequestCommand.Accept(), "ann", 1);
        Try(new JobRequestCommand.Withdraw(), "ann", 2);

        Assert.Equal(["OfferWidened"], Advance(2));
        Assert.Equal(JobStatus.Open, _job.Status);
    }

    [Fact]
    public void After_an_outage_one_wave_has_its_full_time()
    {
        Offer(waves: [new Wave(2, 20), new Wave(2, 20)]);

        Assert.Equal(["OfferWidened"], Advance(1_000));
        Assert.Equal(("ann bob cid dee", At(1_020)), (Asked, _job.DueAt));
    }

    [Fact]
    public void The_end_of_the_offer_comes_before_a_wave()
    {
        Offer(waves: [new Wave(2, 20)], expiresAt: 20);

        Assert.Equal(["JobExpired"], Advance(20));
    }

    [Fact]
    public void Assigning_and_adding_keep_the_order_of_the_others()
    {
        Offer(waves: [new Wave(2, 20), new Wave(1, 20)]);
        Assert.Equal("JobAmended", Try(new JobRequestCommand.Amend(AddCandidates: ["gus", "bob", "cid"]), Requester, 1));
        Assert.Equal(("ann bob", "cid dee eva fay gus"), (Asked, Waiting));

        Try(new JobRequestCommand.Assign("dee"), Requester, 2);

        Assert.Equal(("ann bob dee", "cid eva fay gus"), (Asked, Waiting));
    }

    [Fact]
    public void Who_is_added_is_asked_at_once_where_nobody_waits()
    {
        Offer(["ann"]);

        Try(new JobRequestCommand.Amend(AddCandidates: ["gus"]), Requester, 1);

        Assert.Equal(("ann gus", At(1)), (Asked, _job.Candidates[1].AskedAt));
    }

    [Fact]
    public void Waves_larger_than_the_crowd_ask_everybody_at_once()
    {
        Offer(["ann", "bob"], [new Wave(5, 20), new Wave(5, 20)]);

        Assert.Equal(("ann bob", null), (Asked, _job.DueAt));
    }

    [Fact]
    public void A_withdrawal_gives_the_job_to_the_first_in_line()
    {
        Offer();
        Try(new JobRequestCommand.Accept(), "ann");
        Assert.Equal("StandbyJoined", Try(new JobRequestCommand.Accept(Standby: true), "bob"));
        Assert.Equal("StandbyJoined", Try(new JobRequestCommand.Accept(Standby: true), "cid"));
        Assert.Equal((1, 2, null), (_job.RankOf("bob"), _job.RankOf("cid"), _job.RankOf("ann")));

        Assert.Equal("JobWithdrawn", Try(new JobRequestCommand.Withdraw(), "ann"));

        Assert.Equal((JobStatus.Accepted, "bob", 2, 1), (_job.Status, _job.Winner, _job.Epoch, _job.RankOf("cid")));
    }

    [Fact]
    public void Who_left_the_line_is_asked_in_the_next_round()
    {
        Offer();
        Try(new JobRequestCommand.Accept(), "ann");
        Try(new JobRequestCommand.Accept(Standby: true), "bob");
        Assert.Equal("StandbyLeft", Try(new JobRequestCommand.Withdraw(), "bob"));
        Assert.Equal("ALREADY_ANSWERED", Try(new JobRequestCommand.Accept(Standby: true), "bob"));

        Try(new JobRequestCommand.Release(), Requester);

        Assert.Equal((JobStatus.Open, null), (_job.Status, _job.FindCandidate("bob")!.Answer));
    }

    [Fact]
    public void The_line_has_room_for_a_hundred()
    {
        Offer([.. Enumerable.Range(0, 102).Select(i => $"p{i}")]);
        Try(new JobRequestCommand.Accept(), "p0");
        for (var i = 1; i <= 100; i++) Assert.Equal("StandbyJoined", Try(new JobRequestCommand.Accept(Standby: true), $"p{i}"));

        Assert.Equal("STANDBY_FULL", Try(new JobRequestCommand.Accept(Standby: true), "p101"));
        Assert.Equal("ALREADY_ACCEPTED", Try(new JobRequestCommand.Accept(), "p101"));
    }

    [Fact]
    public void A_win_that_is_not_confirmed_lapses_at_its_moment()
    {
        Offer(confirmSeconds: 60);
        Try(new JobRequestCommand.Accept(), "ann", 10);
        Assert.Equal(At(70), _job.ConfirmBy);

        Assert.Empty(Advance(69.999));
        Assert.Equal(["AcceptanceLapsed"], Advance(70));

        Assert.Equal((JobStatus.Open, CandidateAnswer.Lapsed), (_job.Status, _job.FindCandidate("ann")!.Answer));
        Assert.Equal("NOT_ACCEPTED", Try(new JobRequestCommand.Confirm(), "ann", 70));
        Assert.Equal("ALREADY_ANSWERED", Try(new JobRequestCommand.Accept(), "ann", 71));
    }

    [Theory]
    [InlineData("confirm")]
    [InlineData("start")]
    public void Confirming_and_starting_keep_the_win(string how)
    {
        Offer(confirmSeconds: 60);
        Try(new JobRequestCommand.Accept(), "ann");

        Try(how == "confirm" ? new JobRequestCommand.Confirm() : new JobRequestCommand.Start(), "ann", 59.999);

        Assert.Empty(Advance(60));
        Assert.Equal("ann", _job.Winner);
        Assert.Equal("NOT_CONFIRMABLE", Try(new JobRequestCommand.Confirm(), "ann", 61));
    }

    [Fact]
    public void Each_who_is_promoted_has_to_confirm_too()
    {
        Offer(confirmSeconds: 60);
        Try(new JobRequestCommand.Accept(), "ann");
        Try(new JobRequestCommand.Accept(Standby: true), "bob", 1);
        Try(new JobRequestCommand.Accept(Standby: true), "cid", 2);

        Assert.Equal(["AcceptanceLapsed"], Advance(60));
        Assert.Equal(("bob", At(120)), (_job.Winner, _job.ConfirmBy));
        Assert.Equal(["AcceptanceLapsed"], Advance(120));
        Assert.Equal(("cid", At(180)), (_job.Winner, _job.ConfirmBy));
        Assert.Equal(["AcceptanceLapsed"], Advance(180));
        Assert.Equal((JobStatus.Open, null), (_job.Status, _job.ConfirmBy));
    }

    [Fact]
    public void A_lapse_after_the_deadline_closes_the_job()
    {
        Offer(confirmSeconds: 60, expiresAt: 30);
        Try(new JobRequestCommand.Accept(), "ann", 10);

        Assert.Equal(["AcceptanceLapsed", "JobExpired"], Advance(70));
    }

    [Fact]
    public void An_amendment_changes_what_it_names_and_nothing_else()
    {
        Offer(expiresAt: 60);
        var before = _job;

        Try(new JobRequestCommand.Amend("Clean all", Details: new JobDetails { Instructions = "ring twice" }, Removed: [JobMembers.ExpiresAt]), Requester);

        Assert.Equal(("Clean all", "ring twice", null), (_job.Title, _job.Details?.Instructions, _job.ExpiresAt));
        Assert.Equal((before.Status, before.Epoch, before.Version + 1), (_job.Status, _job.Epoch, _job.Version));
        Try(new JobRequestCommand.Amend(Removed: [JobMembers.Title, JobMembers.Instructions]), Order.Admin);
        Assert.Equal((null, null), (_job.Title, _job.Details));
    }

    [Fact]
    public void An_amendment_must_not_end_the_job_before_its_start()
    {
        Offer();
        Try(new JobRequestCommand.Amend(Details: new JobDetails { StartsAt = At(100) }), Requester);

        Assert.Equal("ENDS_BEFORE_START", Try(new JobRequestCommand.Amend(Details: new JobDetails { EndsAt = At(100) }), Requester));
        Assert.Equal("JobAmended", Try(new JobRequestCommand.Amend(Details: new JobDetails { EndsAt = At(100), StartsAt = At(50) }), Requester));
    }

    private string Asked => string.Join(' ', _job.Candidates.Select(candidate => candidate.Id));

    private string Waiting => string.Join(' ', _job.Waves?.Waiting ?? []);

    private static DateTimeOffset At(double seconds) => Now.AddSeconds(seconds);

    private void Offer(string[]? people = null, Wave[]? waves = null, int? confirmSeconds = null, double? expiresAt = null)
    {
        var create = new JobRequestCommand.Create(
            [.. people ?? Six], [], "Clean the office", expiresAt is { } seconds ? At(seconds) : null, null, waves?.ToImmutableArray(), confirmSeconds);
        Assert.Equal("JobRequested", Try(create, Requester));
    }

    private string Try(JobRequestCommand command, string by, double seconds = 0)
    {
        switch (JobRequestDecider.Decide(_job, command, by, At(seconds), isAdmin: by == Order.Admin))
        {
            case JobRequestDecision.Succeeded done:
                Apply(done.Events);
                return string.Join(", ", done.Events.Select(@event => @event.GetType().Name));
            case var refused:
                return ((JobRequestDecision.Rejected)refused).Rejection.Code;
        }
    }

    private IEnumerable<string> Advance(double seconds)
    {
        var events = JobRequestDecider.Advance(_job, At(seconds));
        Apply(events);
        return events.Select(@event => @event.GetType().Name);
    }

    private void Apply(IEnumerable<JobRequestEvent> events) => _job = events.Aggregate(_job, JobRequest.Evolve);
}
