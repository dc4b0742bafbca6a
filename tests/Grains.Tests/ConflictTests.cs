using JobRequests.Domain;
using JobRequests.Grains.Abstractions;
using Microsoft.Extensions.Logging.Abstractions;
using static JobRequests.Grains.Tests.Workbench;

namespace JobRequests.Grains.Tests;

/// <summary>Writes that fail: somebody else was first, or nobody knows what became of them.</summary>
public sealed class ConflictTests
{
    private readonly Workbench _bench = new();

    [Fact]
    public void The_loser_of_a_write_conflict_decides_again()
    {
        _bench.Create();
        var rival = _bench.NewExecutor(new ScriptedStore(_bench.Stored));
        Success(_bench.Execute(rival, _bench.Accept("bob")));

        Fail(_bench.Execute(_bench.Accept("ann")), Rejections.AlreadyAccepted);

        Assert.Equal("bob", _bench.Document.State.Winner);
        Assert.Equal(2, _bench.Document.State.Version);
    }

    [Fact]
    public void A_write_in_between_makes_the_whole_batch_decided_again()
    {
        _bench.Create();
        var rival = new ScriptedStore(_bench.Stored);
        _bench.Store.BeforeNextWrite = () => Steal(rival);
        var (ann, cid) = (_bench.Accept("ann"), _bench.Decline("cid"));

        _bench.DeliverAll(ann, cid);

        Fail(_bench.Ask(Query(ann)), Rejections.AlreadyAccepted);
        Fail(_bench.Ask(Query(cid)), Rejections.AlreadyAccepted);
        Assert.Equal(2, _bench.Store.Attempts - 1);
    }

    [Fact]
    public void The_same_request_decided_elsewhere_is_answered_from_the_ledger()
    {
        _bench.Create();
        var accept = _bench.Accept("ann");
        Success(_bench.Execute(_bench.NewExecutor(new ScriptedStore(_bench.Stored)), accept));

        var reply = Success(_bench.Execute(_bench.Again(accept)));

        Assert.Equal((2, true), (reply.Version, reply.Replayed));
        Assert.Equal(2, _bench.Document.State.Version);
    }

    [Fact]
    public void A_write_with_a_lost_reply_happens_once()
    {
        _bench.Create();
        _bench.Store.FailNextWrites(WriteFault.LostReply);
        var accept = _bench.Accept("ann");
        var waiting = _bench.Begin(Query(accept));

        var delivery = _bench.Deliver(accept);
        _bench.Pass(TimeSpan.FromSeconds(1));
        _bench.Thread.Finish(delivery);

        var reply = Success(_bench.Thread.Finish(waiting));
        Assert.Equal((2, false), (reply.Version, reply.Replayed));
        Assert.Equal(2, _bench.Stored.Writes);
        Assert.Equal(2, _bench.Document.State.Version);
    }

    [Fact]
    public void A_create_whose_reply_was_lost_makes_one_job()
    {
        _bench.Store.FailNextWrites(WriteFault.LostReply);
        var create = _bench.Creation();

        var delivery = _bench.Deliver(create);
        _bench.Pass(TimeSpan.FromSeconds(1));
        _bench.Thread.Finish(delivery);

        Assert.Equal(1, Success(_bench.Ask(Query(create))).Version);
        Assert.Single(_bench.Document.Events);
    }

    [Fact]
    public void Nobody_is_told_anything_before_the_write_is_done()
    {
        _bench.Create();
        var accept = _bench.Accept("ann");
        var waiting = _bench.Begin(Query(accept));
        _bench.Store.WriteGate = new TaskCompletionSource();

        var delivery = _bench.Deliver(accept);

        Assert.False(waiting.IsCompleted);
        Assert.IsType<JobRequestReply.Pending>(_bench.Ask(Query(accept)));
        Assert.DoesNotContain(_bench.Publisher.Acknowledged, published => published.Version == 2);
        _bench.Store.WriteGate.SetResult();
        _bench.Thread.Finish(delivery);
        Success(_bench.Thread.Finish(waiting));
    }

    [Fact]
    public void A_write_that_never_arrived_leaves_no_trace_in_memory()
    {
        _bench.Create();
        _bench.Store.FailNextWrites(WriteFault.LostRequest);
        var delivery = _bench.Deliver(_bench.Accept("ann"));
        var rival = _bench.NewExecutor(new ScriptedStore(_bench.Stored));
        Success(_bench.Execute(rival, _bench.Cancel()));

        _bench.Pass(TimeSpan.FromSeconds(1));
        _bench.Thread.Finish(delivery);

        Assert.Null(_bench.Document.State.Winner);
        Assert.DoesNotContain(_bench.Publisher.Acknowledged, published => published.Type == "JobAccepted");
    }

    [Fact]
    public void A_storage_outage_leaves_the_outcome_open_for_a_repeat()
    {
        _bench.Create();
        _bench.Store.IsDown = true;
        var accept = _bench.Accept("ann");
        var waiting = _bench.Begin(Query(accept));

        var delivery = _bench.Deliver(accept);
        _bench.Pass(TimeSpan.FromSeconds(15));

        Assert.IsType<IOException>(_bench.Thread.Finish(delivery)!.Error);
        Assert.IsType<JobRequestReply.Pending>(_bench.Thread.Finish(waiting));
        _bench.Store.IsDown = false;
        Assert.Equal(2, Success(_bench.Execute(_bench.Again(accept))).Version);
    }

    [Fact]
    public void Commands_during_a_storage_outage_are_decided_afterwards()
    {
        _bench.Create();
        _bench.Store.IsDown = true;
        var (ann, bob) = (_bench.Accept("ann"), _bench.Accept("bob"));
        var first = _bench.Deliver(ann);
        _bench.Pass(TimeSpan.FromSeconds(2));
        var second = _bench.Deliver(bob);
        _bench.Store.IsDown = false;
        _bench.Pass(TimeSpan.FromSeconds(2));
        _bench.Thread.Finish(first);
        _bench.Thread.Finish(second);

        Success(_bench.Ask(Query(ann)));
        Fail(_bench.Ask(Query(bob)), Rejections.AlreadyAccepted);
    }

    [Fact]
    public void After_three_immediate_retries_the_pauses_grow_to_a_second()
    {
        _bench.Create();
        var executor = new JobRequestExecutor(
            JobId, _bench.Store, _bench.Publisher, _bench.Options, _bench.Clock, NullLogger.Instance, new ShortestPause());
        ChangeBeforeEachWrite();
        var attempts = _bench.Store.Attempts + 4;

        var delivery = _bench.Thread.Start(() => executor.ExecuteAsync([_bench.Accept("ann")]));

        Assert.Equal(attempts, _bench.Store.Attempts);
        // The shortest pause is half of the usual one.
        foreach (var pause in new[] { 80, 160, 320, 500, 500 })
        {
            _bench.Thread.Start(() => _bench.Clock.Advance(TimeSpan.FromMilliseconds(pause - 1)));
            Assert.Equal(attempts, _bench.Store.Attempts);
            _bench.Thread.Start(() => _bench.Clock.Advance(TimeSpan.FromMilliseconds(1)));
            Assert.Equal(++attempts, _bench.Store.Attempts);
        }

        _bench.Store.BeforeNextWrite = null;
        _bench.Pass(TimeSpan.FromSeconds(1));
        Assert.Null(_bench.Thread.Finish(delivery));
    }

    private void ChangeBeforeEachWrite() => _bench.Store.BeforeNextWrite = () =>
    {
        _bench.Stored.Write(_bench.Document, _bench.Stored.ETag);
        ChangeBeforeEachWrite();
    };

    private void Steal(ScriptedStore rival)
    {
        var job = CommittedJob.From(rival.Stored.Read());
        var decision = JobDecision.Decide(job, [new WorkItem.Command(_bench.Accept("bob"))], 0, _bench.Now, _bench.Options);
        rival.Stored.Write(decision.Document!, job.ETag);
    }

    private sealed class ShortestPause : Random
    {
        public override double NextDouble() => 0;
    }
}
