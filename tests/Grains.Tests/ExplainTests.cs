using JobRequests.Domain;
using JobRequests.Grains.Abstractions;
using static JobRequests.Grains.Tests.Workbench;

namespace JobRequests.Grains.Tests;

/// <summary>Why a request has its outcome: from the job's document, for one reader.</summary>
public sealed class ExplainTests
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";

    private static readonly Caller Admin = new("root", IsAdmin: true);

    private readonly Workbench _bench = new();

    [Fact]
    public void The_loser_learns_by_how_much_not_to_whom()
    {
        Race();

        var why = Explain("bob", Operations.Accept, "a")!;

        Assert.Equal((Rejections.AlreadyAccepted.Code, 2, true), (why.Request!.Code, why.Request.Version, why.IsRecorded));
        Assert.Equal((new LogPosition(3, 4711), new LogPosition(3, 4702)), (why.Request.Position!.Value, why.Because!.Request!.Position!.Value));
        Assert.Equal(new Lead(38, Lead.InLog), why.LostBy);
        Assert.Equal((2, nameof(JobRequestEvent.JobAccepted)), (why.Because.Version, why.Because.Type));
        Assert.Equal((null, null, null, null), (why.Because.By, why.Because.Request.Caller, why.Because.Request.Key, why.Because.Request.TraceId));
    }

    [Fact]
    public void The_requester_and_administrators_are_told_whose_command_it_was()
    {
        Race();
        Fail(_bench.Execute(_bench.Command(Requester, new JobRequestCommand.Cancel(), "c", ifMatch: 1)), Rejections.VersionMismatch);

        var why = Explain(Requester, Operations.Cancel, "c")!;

        Assert.Equal(("ann", "ann", "a", Trace), (why.Because!.By, why.Because.Request!.Caller, why.Because.Request.Key, why.Because.Request.TraceId));
        Assert.Equal(1, why.Request!.Expected);
    }

    [Fact]
    public void Who_waits_in_line_learns_by_how_much()
    {
        Race(orWait: true);

        var why = Explain("bob", Operations.Accept, "a")!;

        Assert.Equal((null, 1, nameof(JobRequestEvent.JobAccepted)), (why.Request!.Code, why.Request.Rank, why.Because!.Type));
        Assert.Equal(new Lead(38, Lead.InLog), why.LostBy);
    }

    [Fact]
    public void A_candidate_learns_when_a_wave_came()
    {
        var create = new JobRequestCommand.Create(["ann", "bob", "cid"], [], Waves: [new Wave(1, 20)]);
        Success(_bench.Execute(_bench.Command(Requester, create, CreateKey)));
        var created = _bench.Now;
        _bench.Clock.Advance(TimeSpan.FromSeconds(20));
        Success(_bench.Execute(_bench.Accept("bob")));
        Fail(_bench.Execute(_bench.Accept("ann")), Rejections.AlreadyAccepted);

        Assert.Equal((created.AddSeconds(20), 2), Reached("bob", Operations.Accept, "a"));
        Assert.Equal((created, 1), Reached("ann", Operations.Accept, "a"));
        Assert.Equal((null, null), Reached(Requester, Operations.Create, CreateKey));

        (DateTimeOffset?, int?) Reached(string person, string operation, string key) =>
            Explain(person, operation, key) is { } why ? (why.ReachedAt, why.Wave) : default;
    }

    [Fact]
    public void A_success_names_its_own_event_and_times()
    {
        Race();
        _bench.Thread.Finish(_bench.Thread.Start(_bench.Executor.PublishOutboxAsync));
        _bench.Crash();

        var why = Explain("ann", Operations.Accept, "a")!;

        Assert.Equal((null, 2, "ann", null), (why.Request!.Code, why.Request.Version, why.Because!.By, why.LostBy));
        var times = why.Request.Times;
        Assert.Equal((TimeSpan.Zero, TimeSpan.FromMilliseconds(1)), (times.WrittenAt - _bench.Now, times.ReadAt - _bench.Now));
        Assert.NotNull(times.ReceivedAt);
        Assert.NotNull(times.CommittedAt);
        Assert.NotNull(times.PublishedAt);
        Assert.Equal((Trace, 1), (why.Request.TraceId, why.Request.Epoch));
    }

    [Fact]
    public void Times_are_shown_before_they_are_stored()
    {
        _bench.Create();
        Success(_bench.Execute(_bench.Accept("ann")));

        Assert.Null(_bench.Document.Requests[^1].CommitMs);
        var times = Explain("ann", Operations.Accept, "a")!.Request!.Times;
        Assert.Equal((_bench.Now, _bench.Now), (times.CommittedAt, times.PublishedAt));
    }

    [Fact]
    public void Without_a_log_times_tell_who_was_first()
    {
        _bench.Create();
        var (ann, bob, cid) = (_bench.Accept("ann"), _bench.Accept("bob"), _bench.Accept("cid"));
        Success(_bench.Execute(ann));
        _bench.Clock.Advance(TimeSpan.FromMilliseconds(20));
        Fail(_bench.Execute(bob with { ReceivedAt = ann.ReceivedAt.AddMilliseconds(5) }), Rejections.AlreadyAccepted);
        // Its gateway's clock is behind, or it was overtaken on its way.
        Fail(_bench.Execute(cid with { ReceivedAt = ann.ReceivedAt.AddMilliseconds(-5) }), Rejections.AlreadyAccepted);

        Assert.Equal(new Lead(5, Lead.AtGateway), Explain("bob", Operations.Accept, "a")!.LostBy);
        Assert.Equal(new Lead(20, Lead.AtDecision), Explain("cid", Operations.Accept, "a")!.LostBy);
    }

    [Fact]
    public void After_a_withdrawal_the_accept_of_its_epoch_counts()
    {
        _bench.Create();
        Success(_bench.Execute(_bench.Accept("ann")));
        Success(_bench.Execute(_bench.Withdraw("ann")));
        Success(_bench.Execute(_bench.Accept("bob")));
        Fail(_bench.Execute(_bench.Accept("cid")), Rejections.AlreadyAccepted);

        var why = Explain("cid", Operations.Accept, "a")!;

        Assert.Equal((4, 2, 4), (why.Because!.Version, why.Request!.Epoch, why.Request.Version));
    }

    [Fact]
    public void Each_refusal_names_the_event_that_it_rests_on()
    {
        _bench.Create();
        Fail(_bench.Execute(_bench.Command("ann", new JobRequestCommand.Start(), "early")), Rejections.NotAccepted);
        Success(_bench.Execute(_bench.Accept("ann")));
        Fail(_bench.Execute(_bench.Decline("ann")), Rejections.AlreadyAnswered);
        Fail(_bench.Execute(_bench.Command("bob", new JobRequestCommand.Start(), "other")), Rejections.NotAllowed);
        Fail(_bench.Execute(_bench.Command("bob", new JobRequestCommand.Cancel(), "cancel")), Rejections.NotAllowed);
        Success(_bench.Execute(_bench.Command("ann", new JobRequestCommand.Start(), "s")));
        Fail(_bench.Execute(_bench.Withdraw("ann")), Rejections.AlreadyStarted);

        Assert.Null(Explain("ann", Operations.Start, "early")!.Because);
        Assert.Equal((2, "ann"), (Explain("ann", Operations.Decline, "d")!.Because!.Version, Explain("ann", Operations.Decline, "d")!.Because!.By));
        Assert.Equal((2, null), (Explain("bob", Operations.Start, "other")!.Because!.Version, Explain("bob", Operations.Start, "other")!.Because!.By));
        Assert.Null(Explain("bob", Operations.Cancel, "cancel")!.Because);
        Assert.Equal(3, Explain("ann", Operations.Withdraw, "w")!.Because!.Version);
    }

    [Fact]
    public void An_undecided_request_is_explained_as_undecided()
    {
        _bench.Create();
        Assert.Equal((null, 1), (Explain("ann", Operations.Accept, "never")!.Request, Explain("ann", Operations.Accept, "never")!.JobVersion));

        Success(_bench.Execute(_bench.Cancel()));
        var why = Explain("ann", Operations.Accept, "never")!;

        Assert.Equal((Rejections.JobClosed.Code, false, nameof(JobRequestEvent.JobCancelled), null),
            (why.Request!.Code, why.IsRecorded, why.Because!.Type, why.Because.By));
    }

    [Fact]
    public void Strangers_and_other_callers_keys_tell_nothing()
    {
        Race();

        Assert.Null(Explain("eve", Operations.Accept, "a"));
        Assert.Null(Explain("cid", Operations.Accept, "a")!.Request);
        Assert.Null(Explain("eve", Operations.Create, CreateKey));
        Assert.Null(Explain("ann", Operations.Create, CreateKey));
        Assert.NotNull(Explain(Requester, Operations.Create, CreateKey)!.Request);
    }

    [Fact]
    public void A_missed_create_is_explained_to_its_caller()
    {
        var create = _bench.Creation();
        _bench.Clock.Advance(TimeSpan.FromMinutes(1));
        Fail(_bench.Ask(Closing(create)), Rejections.DeadlinePassed);

        Assert.Equal(Rejections.DeadlinePassed.Code, Explain(Requester, Operations.Create, CreateKey)!.Request!.Code);
        Assert.Null(Timeline(Admin));
    }

    [Fact]
    public void The_timeline_shows_winner_losers_and_margins()
    {
        Race();

        foreach (var reader in new[] { Person(Requester), Admin })
        {
            var entries = Timeline(reader)!.Entries!.Value;
            Assert.Equal(["rita", "ann", "bob"], entries.Select(entry => entry.Request.Caller));
            Assert.Equal([null, null, 2], entries.Select(entry => entry.LostTo));
            Assert.Equal([null, null, 38.0], entries.Select(entry => entry.LostBy?.Milliseconds));
            Assert.Equal([1, 1, 1], entries.Select(entry => entry.Request.Epoch));
        }

        Assert.Null(Timeline(Person("ann"))!.Entries);
        Assert.Null(Timeline(Person("eve")));
    }

    [Fact]
    public void A_compacted_document_is_explained_as_far_as_possible()
    {
        var bench = new Workbench(new JobRequestOptions { MaxEvents = 1 });
        bench.Create();
        Success(bench.Execute(bench.Accept("ann")));
        Fail(bench.Execute(bench.Accept("bob")), Rejections.AlreadyAccepted);
        Success(bench.Execute(bench.Command("ann", new JobRequestCommand.Start(), "s")));

        var why = bench.Thread.Finish(bench.Thread.Start(() => bench.Executor.Reads.ExplainAsync(Person("bob"), Operations.Accept, "a")))!;

        Assert.Equal((Rejections.AlreadyAccepted.Code, null, null, null), (why.Request!.Code, why.Because, why.LostBy, why.Request.Epoch));
    }

    // Ann's command stands in the log 38 ms before bob's.
    private void Race(bool orWait = false)
    {
        _bench.Create();
        var ann = _bench.Accept("ann") with
        {
            TraceParent = $"00-{Trace}-00f067aa0ba902b7-01",
            Position = new LogPosition(3, 4702),
            WrittenAt = _bench.Now,
            ReadAt = _bench.Now.AddMilliseconds(1)
        };
        var bob = _bench.Command("bob", new JobRequestCommand.Accept(orWait), "a") with
        { Position = new LogPosition(3, 4711), WrittenAt = _bench.Now.AddMilliseconds(38), ReadAt = _bench.Now.AddMilliseconds(39) };
        _bench.DeliverAll(ann, bob);
    }

    private RequestExplanation? Explain(string person, string operation, string key) =>
        _bench.Thread.Finish(_bench.Thread.Start(() => _bench.Executor.Reads.ExplainAsync(Person(person), operation, key)));

    private JobTimeline? Timeline(Caller caller) => _bench.Thread.Finish(_bench.Thread.Start(() => _bench.Executor.Reads.ReadTimelineAsync(caller)));
}
