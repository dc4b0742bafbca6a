using JobRequests.Grains.Abstractions;
using static JobRequests.Grains.Tests.Workbench;

namespace JobRequests.Grains.Tests;

/// <summary>A create is tried as if there were no such job; the insert finds out.</summary>
public sealed class NewJobTests
{
    private readonly Workbench _bench = new();

    [Fact]
    public void A_new_job_costs_one_write_and_no_read()
    {
        var create = _bench.Creation();
        var waiting = _bench.Begin(Query(create));
        _bench.DeliverAll(create);

        Success(_bench.Thread.Finish(waiting));
        Assert.Equal((0, 1), (_bench.Store.Reads, _bench.Store.Attempts));
    }

    [Fact]
    public void A_create_of_an_existing_job_is_a_repeat()
    {
        var create = _bench.Creation();
        Success(_bench.Execute(create));
        Success(_bench.Execute(_bench.Accept("ann")));
        _bench.Crash();

        var again = Success(_bench.Execute(_bench.Again(create)));

        Assert.Equal((1, true), (again.Version, again.Replayed));
        Assert.Equal(2, _bench.Document.State.Version);
    }

    [Fact]
    public void A_job_assumed_new_answers_only_after_a_read()
    {
        _bench.Create();
        _bench.Options.MaxFailsPerCaller = 0;
        _bench.Crash();

        // Taken for new, this create would be too late, and there would be no room to record that.
        var late = _bench.Creation() with { NotAfter = _bench.Now.AddSeconds(-1) };

        var waiting = _bench.Begin(Query(late));
        _bench.DeliverAll(late);

        Assert.True(Success(_bench.Thread.Finish(waiting)).Replayed);
    }

    [Fact]
    public void A_question_about_an_unsent_create_reads_the_storage()
    {
        var create = _bench.Creation();
        Success(_bench.Execute(create));
        _bench.Crash();

        var asked = _bench.Begin(Query(create));
        Assert.False(asked.IsCompleted);
        _bench.Pass(TimeSpan.FromMilliseconds(200));

        Success(_bench.Thread.Finish(asked));
    }

    [Fact]
    public void A_read_from_before_the_insert_never_hides_the_job()
    {
        var create = _bench.Creation();
        _bench.Store.WriteGate = new TaskCompletionSource();
        var delivery = _bench.Deliver(create);
        _bench.Store.ReadGate = new TaskCompletionSource();
        var asked = _bench.Begin(Query(_bench.Accept("ann")));

        _bench.Thread.Start(_bench.Store.WriteGate.SetResult);
        _bench.Thread.Finish(delivery);
        _bench.Thread.Start(_bench.Store.ReadGate.SetResult);
        _bench.Store.ReadGate = null;
        _bench.Store.WriteGate = null;

        Success(_bench.Execute(_bench.Decline("bob")));
        Assert.Equal(1, _bench.Store.Reads);
        Assert.Equal(2, _bench.Store.Attempts);
        _bench.Clock.Advance(Wait);
        Assert.IsType<JobRequestReply.Pending>(_bench.Thread.Finish(asked));
    }
}
