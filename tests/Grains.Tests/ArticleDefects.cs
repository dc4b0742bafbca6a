using JobRequests.Domain;
using JobRequests.Grains.Abstractions;
using static JobRequests.Grains.Tests.Workbench;

namespace JobRequests.Grains.Tests;

/// <summary>
/// What went wrong in the design that this project started from, by the number it has there. Those that need HTTP (12, 13) are
/// tests of the gateway, those that need a log (9 for its bytes, 14) of the Kafka provider.
/// </summary>
public sealed class ArticleDefects
{
    private readonly Workbench _bench = new();

    [Fact]
    public void Defect_01_a_decline_never_gives_or_takes_the_job()
    {
        _bench.Create();
        Success(_bench.Execute(_bench.Decline("ann")));
        Assert.Null(_bench.Document.State.Winner);

        Assert.Equal("bob", Success(_bench.Execute(_bench.Accept("bob"))).Job!.AcceptedBy);

        Fail(_bench.Execute(_bench.Decline("cid")), Rejections.AlreadyAccepted);
        Assert.Equal("bob", _bench.Document.State.Winner);
    }

    [Fact]
    public void Defect_02_two_consumers_at_once_have_one_winner()
    {
        _bench.Create();
        var store = new ScriptedStore(_bench.Stored);
        var other = _bench.NewExecutor(store);
        Assert.IsType<JobRequestReply.Pending>(_bench.Ask(other, Query(_bench.Accept("bob"))));
        var (ann, bob) = (_bench.Accept("ann"), _bench.Accept("bob"));
        // Both have read the open job and are about to write.
        _bench.Store.WriteGate = store.WriteGate = new TaskCompletionSource();
        var deliveries = Task.WhenAll(_bench.Deliver(ann), _bench.Thread.Start(() => other.ExecuteAsync([bob])));

        _bench.Thread.Start(_bench.Store.WriteGate.SetResult);
        _bench.Thread.Finish(deliveries);

        JobRequestReply[] told = [_bench.Ask(Query(ann)), _bench.Ask(other, Query(bob))];
        Assert.Single(told.OfType<JobRequestReply.Succeeded>());
        Assert.Equal(Rejections.AlreadyAccepted.Code, Assert.Single(told.OfType<JobRequestReply.Rejected>()).Code);
    }

    [Fact]
    public void Defect_03_a_create_that_is_retried_makes_one_job()
    {
        Assert.Equal(JobRequestId.Derive("rita", "k"), JobRequestId.Derive("rita", "k"));
        Assert.NotEqual(JobRequestId.Derive("rita", "k"), JobRequestId.Derive("ann", "k"));
        var create = _bench.Creation();
        Success(_bench.Execute(create));
        _bench.Crash();

        var again = Success(_bench.Execute(_bench.Again(create)));

        Assert.Equal((JobId, true), (again.Job!.JobRequestId, again.Replayed));
        Assert.Single(_bench.Document.Events);
    }

    [Fact]
    public void Defect_04_a_refused_request_stays_refused()
    {
        _bench.Create();
        Success(_bench.Execute(_bench.Accept("ann")));
        var refused = _bench.Accept("bob");
        Fail(_bench.Execute(refused), Rejections.AlreadyAccepted);
        Success(_bench.Execute(_bench.Withdraw("ann")));
        _bench.Crash();

        Fail(_bench.Execute(_bench.Again(refused)), Rejections.AlreadyAccepted);
    }

    [Fact]
    public void Defect_05_a_repeat_gets_its_own_first_answer()
    {
        _bench.Create();
        var accept = _bench.Accept("ann", key: "k");
        var first = Success(_bench.Execute(accept));
        Success(_bench.Execute(_bench.Command("ann", new JobRequestCommand.Start(), "s")));

        var again = Success(_bench.Execute(_bench.Again(accept)));

        Assert.Equal((first.Version, first.Job!.Status), (again.Version, again.Job!.Status));
        Assert.IsType<JobRequestReply.NotFound>(_bench.Execute(_bench.Accept("eve", key: "k")));
        Fail(_bench.Execute(_bench.Accept("bob", key: "k")), Rejections.AlreadyAccepted);
    }

    [Fact]
    public void Defect_06_only_facts_are_published_never_for_repeats()
    {
        _bench.Create();
        var accept = _bench.Accept("ann");
        Success(_bench.Execute(accept));
        Fail(_bench.Execute(_bench.Accept("bob")), Rejections.AlreadyAccepted);
        Success(_bench.Execute(_bench.Again(accept)));

        Assert.Equal(["JobRequested", "JobAccepted"], _bench.Publisher.Acknowledged.Select(published => published.Type));
    }

    [Fact]
    public void Defect_07_after_a_failed_publication_the_fact_is_published()
    {
        _bench.Create();
        _bench.Publisher.IsDown = true;

        Success(_bench.Execute(_bench.Accept("ann")));
        _bench.Crash();
        _bench.Thread.Finish(_bench.Thread.Start(_bench.Executor.PublishOutboxAsync));

        Assert.Contains(2, _bench.Publisher.Versions);
    }

    [Fact]
    public void Defect_08_a_storage_outage_loses_no_command()
    {
        _bench.Create();
        _bench.Store.IsDown = true;
        var accept = _bench.Accept("ann");
        var delivery = _bench.Deliver(accept);
        _bench.Pass(TimeSpan.FromSeconds(1));
        // It counts as handled, and its place in the log as done, only when it was decided.
        Assert.False(delivery.IsCompleted);

        _bench.Store.IsDown = false;
        _bench.Pass(TimeSpan.FromSeconds(2));
        _bench.Thread.Finish(delivery);

        Assert.Equal(2, Success(_bench.Ask(Query(accept))).Version);
    }

    [Fact]
    public void Defect_09_a_command_that_cannot_be_decided_ends_nothing()
    {
        _bench.Create();

        _bench.DeliverAll(_bench.Accept("ann") with { Command = null! }, _bench.Accept("ann"));

        Assert.Equal("ann", _bench.Document.State.Winner);
    }

    [Theory]
    [InlineData("toString")]
    [InlineData("constructor")]
    [InlineData("__proto__")]
    [InlineData("a.b")]
    [InlineData("$x")]
    [InlineData("a:b")]
    public void Defect_10_a_person_or_key_can_have_any_name(string name)
    {
        Success(_bench.Execute(_bench.Command(Requester, new JobRequestCommand.Create([name, "bob"], [new JobTask(name, name)], null, null), CreateKey)));
        var accept = _bench.Accept(name, key: name);
        Success(_bench.Execute(accept));
        Success(_bench.Execute(_bench.Command(name, new JobRequestCommand.Start(), name)));
        Success(_bench.Execute(_bench.Command(name, new JobRequestCommand.FinishTask(name), name)));
        _bench.Crash();

        var again = Success(_bench.Execute(_bench.Again(accept)));

        Assert.Equal((2, name, true), (again.Version, again.Job!.AcceptedBy, again.Replayed));
        Assert.True(_bench.Document.State.Tasks[0].Done);
        // "a:b" with key "c" is not "a" with key "b:c".
        Assert.NotEqual(JobRequestId.Derive("a:b", "c"), JobRequestId.Derive("a", "b:c"));
    }

    [Fact]
    public void Defect_11_every_waiter_is_answered_or_forgotten()
    {
        _bench.Create();
        var accept = _bench.Accept("ann");
        var gaveUp = _bench.Begin(_bench.Executor, Query(accept), TimeSpan.FromSeconds(1));
        var (first, second) = (_bench.Begin(Query(accept)), _bench.Begin(Query(accept)));
        _bench.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.IsType<JobRequestReply.Pending>(_bench.Thread.Finish(gaveUp));
        Assert.Equal(2, _bench.Executor.Waiting);

        _bench.DeliverAll(accept);

        Success(_bench.Thread.Finish(first));
        Success(_bench.Thread.Finish(second));
        Assert.Equal(0, _bench.Executor.Waiting);
    }
}
