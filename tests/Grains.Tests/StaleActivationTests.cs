using JobRequests.Domain;
using JobRequests.Grains.Abstractions;
using static JobRequests.Grains.Tests.Workbench;

namespace JobRequests.Grains.Tests;

/// <summary>An activation that does not know what another one wrote: it may be slow, it may not be wrong.</summary>
public sealed class StaleActivationTests
{
    private readonly Workbench _bench = new(new JobRequestOptions { MaxFailsPerCaller = 1 });

    [Fact]
    public void A_stale_activation_reads_before_it_says_not_found()
    {
        var stale = Stale();
        Assert.IsType<JobRequestReply.NotFound>(_bench.Execute(stale, _bench.Accept("ann", key: "early")));
        _bench.Create();

        Success(_bench.Execute(stale, _bench.Accept("ann")));
    }

    [Fact]
    public void A_stale_activation_reads_before_it_refuses_attempts()
    {
        _bench.Create();
        var stale = Stale();
        Fail(_bench.Execute(stale, _bench.Command("ann", new JobRequestCommand.Start(), "s1")), Rejections.NotAccepted);
        Success(_bench.Execute(_bench.Accept("ann")));

        // Seen from the old state this would be the second refusal of a caller who has one.
        Success(_bench.Execute(stale, _bench.Command("ann", new JobRequestCommand.Start(), "s2")));
    }

    [Fact]
    public void A_command_is_never_answered_from_an_older_read()
    {
        var stale = Stale(out var store);
        store.ReadGate = new TaskCompletionSource();
        var early = _bench.Begin(stale, Query(_bench.Accept("bob")), Wait);
        _bench.Create();
        var accept = _bench.Accept("ann");

        var delivery = _bench.Thread.Start(() => stale.ExecuteAsync([accept]));
        store.ReadGate.SetResult();
        store.ReadGate = null;
        _bench.Thread.Finish(delivery);

        Success(_bench.Ask(stale, Query(accept)));
        Assert.False(early.IsCompleted);
    }

    [Fact]
    public void A_stale_activation_notices_an_expiry()
    {
        _bench.Create(expiresAt: _bench.Now.AddHours(1));
        var stale = Stale();
        Success(_bench.Execute(stale, _bench.Accept("ann")));
        Success(_bench.Execute(_bench.Withdraw("ann")));
        _bench.Clock.Advance(TimeSpan.FromHours(2));

        _bench.Thread.Finish(_bench.Thread.Start(stale.AdvanceAsync));

        Assert.Equal(nameof(JobStatus.Expired), _bench.Document.State.Status);
    }

    [Fact]
    public void An_activation_publishes_what_a_dead_one_left()
    {
        _bench.Create();
        var publisher = new ScriptedPublisher();
        var stale = _bench.NewExecutor(new ScriptedStore(_bench.Stored), publisher);
        _bench.Thread.Finish(_bench.Thread.Start(stale.PublishOutboxAsync));
        _bench.Publisher.IsDown = true;
        Success(_bench.Execute(_bench.Accept("ann")));

        _bench.Thread.Finish(_bench.Thread.Start(stale.PublishOutboxAsync));

        Assert.Equal([1, 2], publisher.Versions);
        Assert.Equal((2, null), (_bench.Document.Published, _bench.Document.OutboxSince));
    }

    [Fact]
    public void Its_own_write_is_refused_and_decided_again()
    {
        _bench.Create();
        var stale = Stale();
        Assert.IsType<JobRequestReply.Pending>(_bench.Ask(stale, Query(_bench.Accept("bob"))));
        Success(_bench.Execute(_bench.Accept("ann")));

        Fail(_bench.Execute(stale, _bench.Accept("bob")), Rejections.AlreadyAccepted);

        Assert.Equal(["ann"], _bench.Document.Events.Where(stored => stored.Type == "JobAccepted").Select(stored => stored.By));
    }

    private JobRequestExecutor Stale() => Stale(out _);

    private JobRequestExecutor Stale(out ScriptedStore store) => _bench.NewExecutor(store = new ScriptedStore(_bench.Stored), new ScriptedPublisher());
}
