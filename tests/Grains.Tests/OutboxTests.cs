using static JobRequests.Grains.Tests.Workbench;

namespace JobRequests.Grains.Tests;

/// <summary>Events leave in order, without a gap, and are marked only when they were acknowledged.</summary>
public sealed class OutboxTests
{
    private readonly Workbench _bench = new();

    [Fact]
    public void Events_are_published_in_order_with_actor_and_request()
    {
        _bench.Create();
        Success(_bench.Execute(_bench.Accept("ann", key: "k")));

        Assert.Equal([1, 2], _bench.Publisher.Versions);
        var accepted = _bench.Publisher.Acknowledged[1];
        Assert.Equal((JobId, "JobAccepted", "ann", "k", 1), (accepted.JobRequestId, accepted.Type, accepted.By, accepted.Request, accepted.Epoch));
    }

    [Fact]
    public void The_answer_does_not_wait_for_the_publication()
    {
        _bench.Publisher.Gate = new TaskCompletionSource();

        _bench.Create();
        Success(_bench.Execute(_bench.Accept("ann")));

        Assert.Empty(_bench.Publisher.Acknowledged);
        Assert.Equal((0, Milliseconds(_bench.Document.Events[0].At)), (_bench.Document.Published, _bench.Document.OutboxSince));
        _bench.Thread.Start(_bench.Publisher.Gate.SetResult);
        Assert.Equal([1, 2], _bench.Publisher.Versions);
    }

    [Fact]
    public void One_event_is_on_its_way_at_a_time()
    {
        _bench.Publisher.Gate = new TaskCompletionSource();
        _bench.Create();
        Success(_bench.Execute(_bench.Accept("ann")));
        Success(_bench.Execute(_bench.Withdraw("ann")));

        Assert.Equal(1, _bench.Publisher.Attempts);
        _bench.Thread.Start(_bench.Publisher.Gate.SetResult);
        Assert.Equal([1, 2, 3], _bench.Publisher.Versions);
    }

    [Fact]
    public void A_publication_that_fails_is_repeated_until_it_is_acknowledged()
    {
        _bench.Publisher.FailNext(3);
        _bench.Create();
        Success(_bench.Execute(_bench.Accept("ann")));

        _bench.Pass(TimeSpan.FromSeconds(5));

        Assert.Equal([1, 2], _bench.Publisher.Versions);
    }

    [Fact]
    public void The_outbox_position_covers_only_acknowledged_events()
    {
        var asked = 0;
        _bench.Executor.OutboxPositionPending += () => asked++;
        _bench.Create();
        Assert.Equal((1, 0), (asked, _bench.Document.Published));

        _bench.Thread.Finish(_bench.Thread.Start(_bench.Executor.MarkPublishedAsync));
        Assert.Equal((1, null), (_bench.Document.Published, _bench.Document.OutboxSince));

        _bench.Publisher.IsDown = true;
        Success(_bench.Execute(_bench.Accept("ann")));
        _bench.Thread.Finish(_bench.Thread.Start(_bench.Executor.MarkPublishedAsync));
        Assert.Equal((1, Milliseconds(_bench.Document.Events[1].At)), (_bench.Document.Published, _bench.Document.OutboxSince));
        Assert.Equal(1, asked);
    }

    [Fact]
    public void The_jobs_next_write_carries_the_outbox_position()
    {
        _bench.Create();

        Success(_bench.Execute(_bench.Accept("ann")));

        Assert.Equal(1, _bench.Document.Published);
        Assert.Equal(2, _bench.Stored.Writes);
    }

    [Fact]
    public void After_a_crash_unmarked_events_are_published_again()
    {
        _bench.Create();
        _bench.Publisher.IsDown = true;
        Success(_bench.Execute(_bench.Accept("ann")));
        Success(_bench.Execute(_bench.Withdraw("ann")));
        var before = _bench.Publisher.Versions.ToArray();
        _bench.Crash();

        _bench.Thread.Finish(_bench.Thread.Start(_bench.Executor.PublishOutboxAsync));

        Assert.Equal([1], before);
        Assert.Equal([2, 3], _bench.Publisher.Versions);
        Assert.Equal((3, null), (_bench.Document.Published, _bench.Document.OutboxSince));
    }

    [Fact]
    public void An_acknowledged_unmarked_event_is_published_twice()
    {
        _bench.Create();
        _bench.Crash();

        _bench.Thread.Finish(_bench.Thread.Start(_bench.Executor.PublishOutboxAsync));

        Assert.Equal([1], _bench.Publisher.Versions);
    }

    [Fact]
    public void What_another_activation_published_is_not_repeated()
    {
        _bench.Create();
        _bench.Thread.Finish(_bench.Thread.Start(_bench.Executor.MarkPublishedAsync));
        _bench.Publisher.Gate = new TaskCompletionSource();
        Success(_bench.Execute(_bench.Accept("ann", "a1")));
        // Its publication of event 2 hangs. Another activation publishes it and more, marks that, and folds the oldest away.
        var publisher = new ScriptedPublisher();
        var other = _bench.NewExecutor(new ScriptedStore(_bench.Stored), publisher);
        _bench.Options.MaxEvents = 1;
        Success(_bench.Execute(other, _bench.Withdraw("ann")));
        Success(_bench.Execute(other, _bench.Accept("bob", "a2")));
        _bench.Thread.Finish(_bench.Thread.Start(other.PublishOutboxAsync));
        Success(_bench.Execute(other, _bench.Withdraw("bob", "w2")));
        Assert.Equal(4, _bench.Document.Published);
        Success(_bench.Execute(_bench.Accept("cid")));

        _bench.Thread.Start(_bench.Publisher.Gate.SetResult);
        _bench.Thread.Finish(_bench.Thread.Start(_bench.Executor.PublishOutboxAsync));

        Assert.Equal([1, 2, 5, 6], _bench.Publisher.Versions);
        Assert.Equal((6, null), (_bench.Document.Published, _bench.Document.OutboxSince));
    }

    [Fact]
    public void An_event_is_never_compacted_before_it_is_published()
    {
        _bench.Options.MaxEvents = 2;
        _bench.Publisher.IsDown = true;
        _bench.Create();
        for (var round = 0; round < 3; round++)
        {
            var person = new[] { "ann", "bob", "cid" }[round];
            Success(_bench.Execute(_bench.Accept(person)));
            Success(_bench.Execute(_bench.Withdraw(person)));
        }

        Assert.Equal(7, _bench.Document.Events.Count);
        _bench.Publisher.IsDown = false;
        _bench.Pass(TimeSpan.FromSeconds(20));
        Success(_bench.Execute(_bench.Cancel()));

        Assert.Equal(Enumerable.Range(1, 8), _bench.Publisher.Versions);
        Assert.Equal([7, 8], _bench.Document.Events.Select(stored => stored.N));
    }

    [Fact]
    public void Stopping_finishes_what_has_begun_and_marks_it()
    {
        var asked = 0;
        _bench.Publisher.Gate = new TaskCompletionSource();
        _bench.Create();
        _bench.Executor.OutboxPositionPending += () => asked++;

        var stop = _bench.Thread.Start(() => _bench.Executor.StopAsync(CancellationToken.None));
        Assert.False(stop.IsCompleted);
        _bench.Thread.Start(_bench.Publisher.Gate.SetResult);
        _bench.Thread.Finish(stop);

        Assert.Equal((1, null), (_bench.Document.Published, _bench.Document.OutboxSince));
        // Timers are gone by then.
        Assert.Equal(0, asked);
    }

    [Fact]
    public void Stopping_does_not_wait_for_a_publisher_that_is_down()
    {
        _bench.Publisher.IsDown = true;
        _bench.Create();

        _bench.Thread.Finish(_bench.Thread.Start(() => _bench.Executor.StopAsync(CancellationToken.None)));

        var attempts = _bench.Publisher.Attempts;
        _bench.Pass(TimeSpan.FromSeconds(20));
        Assert.Equal(attempts, _bench.Publisher.Attempts);
        Assert.NotNull(_bench.Document.OutboxSince);
    }

    [Fact]
    public void After_the_stop_timeout_nothing_is_published()
    {
        _bench.Publisher.Gate = new TaskCompletionSource();
        _bench.Create();
        Success(_bench.Execute(_bench.Accept("ann")));
        using var waitLimit = new CancellationTokenSource();
        var stop = _bench.Thread.Start(() => _bench.Executor.StopAsync(waitLimit.Token));

        _bench.Thread.Start(waitLimit.Cancel);
        Assert.ThrowsAny<OperationCanceledException>(() => _bench.Thread.Finish(stop));
        _bench.Thread.Start(_bench.Publisher.Gate.SetResult);

        Assert.Equal([1], _bench.Publisher.Versions);
    }

    [Fact]
    public void Stopping_a_job_that_was_never_loaded_reads_nothing()
    {
        _bench.Thread.Finish(_bench.Thread.Start(() => _bench.Executor.StopAsync(CancellationToken.None)));

        Assert.Equal(0, _bench.Store.Reads);
    }

    private static long Milliseconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds();
}
