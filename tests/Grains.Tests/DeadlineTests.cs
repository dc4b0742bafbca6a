using JobRequests.Domain;
using JobRequests.Grains.Abstractions;
using static JobRequests.Grains.Tests.Workbench;

namespace JobRequests.Grains.Tests;

/// <summary>A timeout turns into a fact: by a write, and not by a clock alone.</summary>
public sealed class DeadlineTests
{
    private readonly Workbench _bench = new(new JobRequestOptions { MaxFailsPerCaller = 1 });

    [Fact]
    public void A_question_after_the_deadline_rejects_late_deliveries()
    {
        _bench.Create();
        var accept = _bench.Accept("ann");
        _bench.Clock.Advance(TimeSpan.FromMinutes(1));

        Fail(_bench.Ask(Closing(accept)), Rejections.DeadlinePassed);

        Fail(_bench.Execute(accept with { NotAfter = _bench.Now.AddHours(1) }), Rejections.DeadlinePassed);
        var entry = _bench.Document.Requests[^1];
        Assert.Equal((null, Rejections.DeadlinePassed.Code, 1), (entry.Fingerprint, entry.Code, entry.Version));
        Assert.Null(_bench.Document.State.Winner);
    }

    [Fact]
    public void Within_the_tolerance_of_the_clocks_nothing_is_recorded()
    {
        _bench.Create();
        var accept = _bench.Accept("ann");
        _bench.Clock.Advance(accept.NotAfter - _bench.Now + _bench.Options.ClockTolerance);

        Assert.IsType<JobRequestReply.Pending>(_bench.Ask(Closing(accept)));

        Assert.Single(_bench.Document.Requests);
    }

    [Fact]
    public void A_missed_create_is_recorded_without_a_job()
    {
        var create = _bench.Creation();
        _bench.Clock.Advance(TimeSpan.FromMinutes(1));

        Fail(_bench.Ask(Closing(create)), Rejections.DeadlinePassed);

        Assert.Equal((0, 0, null), (_bench.Document.State.Version, _bench.Document.Events.Count, _bench.Document.OutboxSince));
        Fail(_bench.Execute(create with { NotAfter = _bench.Now.AddHours(1) }), Rejections.DeadlinePassed);
        Assert.Null(_bench.Thread.Finish(_bench.Thread.Start(() => _bench.Executor.Reads.ReadFreshAsync(Person(Requester)))));
        Assert.Empty(_bench.Publisher.Acknowledged);
    }

    [Fact]
    public void A_frozen_activations_write_loses_to_a_recorded_deadline()
    {
        _bench.Create();
        var frozenStore = new ScriptedStore(_bench.Stored);
        var frozen = _bench.NewExecutor(frozenStore);
        frozenStore.WriteGate = new TaskCompletionSource();
        var accept = _bench.Accept("ann");
        var delivery = _bench.Thread.Start(() => frozen.ExecuteAsync([accept]));
        _bench.Clock.Advance(TimeSpan.FromMinutes(1));

        Fail(_bench.Ask(Closing(accept)), Rejections.DeadlinePassed);
        frozenStore.WriteGate.SetResult();
        frozenStore.WriteGate = null;
        _bench.Pass(TimeSpan.FromSeconds(1));
        _bench.Thread.Finish(delivery);

        Fail(_bench.Ask(frozen, Query(accept)), Rejections.DeadlinePassed);
        Assert.Null(_bench.Document.State.Winner);
    }

    [Fact]
    public void An_outcome_decided_in_time_is_never_changed()
    {
        _bench.Create();
        var accept = _bench.Accept("ann");
        Success(_bench.Execute(_bench.NewExecutor(new ScriptedStore(_bench.Stored)), accept));
        _bench.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(2, Success(_bench.Ask(Closing(accept))).Version);
    }

    [Fact]
    public void A_stranger_closes_nothing()
    {
        _bench.Create();
        var accept = _bench.Accept("eve");
        _bench.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.IsType<JobRequestReply.NotFound>(_bench.Ask(Closing(accept)));

        Assert.Single(_bench.Document.Requests);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_stranger_cannot_ask_about_anothers_create(bool closed)
    {
        _bench.Create();
        if (closed) Success(_bench.Execute(_bench.Cancel()));
        var foreign = _bench.Creation(by: "eve", key: "mine");
        var before = _bench.Stored.Json;
        _bench.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.IsType<JobRequestReply.NotFound>(_bench.Ask(Closing(foreign)));
        Assert.IsType<JobRequestReply.NotFound>(_bench.Ask(Closing(foreign) with { NotAfter = null }));

        Assert.Equal(before, _bench.Stored.Json);
    }

    [Fact]
    public void A_closed_job_answers_unknown_keys_at_once()
    {
        _bench.Create();
        Success(_bench.Execute(_bench.Cancel()));
        var writes = _bench.Stored.Writes;

        Assert.Equal(2, Fail(_bench.Ask(Query(_bench.Accept("ann"))), Rejections.JobClosed).Version);
        Assert.Equal(writes, _bench.Stored.Writes);
    }

    [Fact]
    public void Recorded_deadlines_are_counted_by_caller_and_apart_from_refusals()
    {
        _bench.Create();
        var (first, second, other) = (_bench.Accept("ann", "a1"), _bench.Accept("ann", "a2"), _bench.Accept("bob", "b1"));
        _bench.Clock.Advance(TimeSpan.FromMinutes(1));

        Fail(_bench.Ask(Closing(first)), Rejections.DeadlinePassed);
        Assert.IsType<JobRequestReply.TooManyAttempts>(_bench.Ask(Closing(second)));
        Fail(_bench.Ask(Closing(other)), Rejections.DeadlinePassed);

        // A refusal of ann's still has its room.
        Fail(_bench.Execute(_bench.Command("ann", new JobRequestCommand.Start(), "s")), Rejections.NotAccepted);
    }

    [Fact]
    public void Recorded_deadlines_are_counted_within_one_batch_too()
    {
        _bench.Create();
        var (first, second) = (_bench.Accept("ann", "a1"), _bench.Accept("ann", "a2"));
        _bench.Clock.Advance(TimeSpan.FromMinutes(1));
        _bench.Store.WriteGate = new TaskCompletionSource();
        _bench.Deliver(_bench.Decline("bob"));
        var (askedFirst, askedSecond) = (_bench.Begin(Closing(first)), _bench.Begin(Closing(second)));

        _bench.Thread.Start(_bench.Store.WriteGate.SetResult);

        Fail(_bench.Thread.Finish(askedFirst), Rejections.DeadlinePassed);
        Assert.IsType<JobRequestReply.TooManyAttempts>(_bench.Thread.Finish(askedSecond));
    }

    [Fact]
    public void A_due_expiry_comes_before_a_recorded_deadline()
    {
        _bench.Create(expiresAt: _bench.Now.AddSeconds(45));
        var accept = _bench.Accept("ann");
        _bench.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(2, Fail(_bench.Ask(Closing(accept)), Rejections.JobClosed).Version);

        Assert.Single(_bench.Document.Requests);
    }

    [Fact]
    public void A_full_ledger_has_room_for_requester_winner_and_administrators()
    {
        var bench = new Workbench(new JobRequestOptions { MaxLedgerBytes = 1_000 });
        bench.Create();
        Success(bench.Execute(bench.Accept("ann")));
        Fail(bench.Execute(bench.Accept("bob")), Rejections.AlreadyAccepted);
        var before = bench.Stored.Json;
        var late = bench.Accept("cid");

        Assert.IsType<JobRequestReply.TooManyAttempts>(bench.Execute(bench.Decline("cid", "d1")));
        bench.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.IsType<JobRequestReply.TooManyAttempts>(bench.Ask(Closing(late)));
        Assert.Equal(before, bench.Stored.Json);

        Success(bench.Execute(bench.Command("ann", new JobRequestCommand.Start(), "s")));
        Success(bench.Execute(bench.Command("root", new JobRequestCommand.Release(), "r", isAdmin: true)));
        Success(bench.Execute(bench.Cancel()));
    }

    [Fact]
    public void Recording_a_deadline_has_room_where_refusals_have_none()
    {
        _bench.Create();
        Fail(_bench.Execute(_bench.Command("ann", new JobRequestCommand.Start(), "s")), Rejections.NotAccepted);
        var accept = _bench.Accept("ann");
        _bench.Clock.Advance(TimeSpan.FromMinutes(1));

        Fail(_bench.Ask(Closing(accept)), Rejections.DeadlinePassed);
    }
}
