using JobRequests.Domain;
using JobRequests.Grains.Abstractions;
using static JobRequests.Grains.Tests.Workbench;

namespace JobRequests.Grains.Tests;

/// <summary>Who asks for an outcome, before or after the command came.</summary>
public sealed class WaitTests
{
    private readonly Workbench _bench = new(new JobRequestOptions { MaxFailsPerCaller = 0 });

    [Fact]
    public void Asked_before_the_command_came_the_answer_comes_with_it()
    {
        _bench.Create();
        var accept = _bench.Accept("ann");
        var waiting = _bench.Begin(Query(accept));
        Assert.Equal(1, _bench.Executor.Waiting);

        _bench.DeliverAll(accept);

        Assert.False(Success(_bench.Thread.Finish(waiting)).Replayed);
        Assert.Equal(0, _bench.Executor.Waiting);
    }

    [Fact]
    public void Everybody_who_waits_for_a_key_is_answered()
    {
        _bench.Create();
        var accept = _bench.Accept("ann");
        var attempts = Enumerable.Range(0, 5).Select(_ => _bench.Begin(Query(_bench.Again(accept)))).Append(_bench.Begin(Query(accept))).ToArray();

        _bench.DeliverAll(accept);

        var replies = attempts.Select(attempt => Success(_bench.Thread.Finish(attempt))).ToArray();
        Assert.Equal([true, true, true, true, true, false], replies.Select(reply => reply.Replayed));
        Assert.Equal(0, _bench.Executor.Waiting);
    }

    [Fact]
    public void A_waiter_with_another_payload_is_refused()
    {
        _bench.Create();
        var accept = _bench.Accept("ann");
        var other = _bench.Begin(Query(accept) with { Fingerprint = "other" });

        _bench.DeliverAll(accept);

        Assert.True(Assert.IsType<JobRequestReply.KeyReused>(_bench.Thread.Finish(other)).Recorded);
    }

    [Fact]
    public void A_finished_wait_leaves_nothing_behind()
    {
        _bench.Create();
        var waiting = _bench.Begin(Query(_bench.Accept("ann")));

        _bench.Clock.Advance(Wait);

        Assert.IsType<JobRequestReply.Pending>(_bench.Thread.Finish(waiting));
        Assert.Equal(0, _bench.Executor.Waiting);
    }

    [Fact]
    public void A_silo_that_stops_lets_everybody_go_at_once()
    {
        _bench.Create();
        var waiting = _bench.Begin(Query(_bench.Accept("ann")));

        _bench.Stopping.Cancel();

        Assert.IsType<JobRequestReply.Pending>(_bench.Thread.Finish(waiting));
        Assert.IsType<JobRequestReply.Pending>(_bench.Thread.Finish(_bench.Begin(Query(_bench.Accept("bob")))));
        Assert.Equal(0, _bench.Executor.Waiting);
    }

    [Fact]
    public void Not_found_reaches_only_those_asking_for_that_attempt()
    {
        var accept = _bench.Accept("ann");
        _bench.DeliverAll(accept);

        Assert.IsType<JobRequestReply.Pending>(_bench.Ask(Query(_bench.Again(accept))));
        Assert.IsType<JobRequestReply.NotFound>(_bench.Ask(Query(accept)));
    }

    [Fact]
    public void Too_many_attempts_reaches_who_waits_and_who_asks_later()
    {
        _bench.Create();
        var (early, late) = (_bench.Command("ann", new JobRequestCommand.Start(), "s1"), _bench.Command("ann", new JobRequestCommand.Start(), "s2"));
        var waiting = _bench.Begin(Query(early));

        _bench.DeliverAll(early, late);

        Assert.IsType<JobRequestReply.TooManyAttempts>(_bench.Thread.Finish(waiting));
        Assert.IsType<JobRequestReply.TooManyAttempts>(_bench.Ask(Query(late)));
    }

    [Fact]
    public void The_next_call_gets_an_answer_a_call_missed()
    {
        var accept = _bench.Accept("ann");
        var waiting = _bench.Begin(Query(accept));
        _bench.DeliverAll(accept);
        Assert.IsType<JobRequestReply.NotFound>(_bench.Thread.Finish(waiting));

        Assert.IsType<JobRequestReply.NotFound>(_bench.Ask(Query(accept)));
    }

    [Fact]
    public void The_status_question_waits_for_any_payload_of_the_key()
    {
        _bench.Create();
        var accept = _bench.Accept("ann");
        var waiting = _bench.Begin(Query(accept) with { Fingerprint = null, ReceivedAt = null });

        _bench.DeliverAll(accept);

        Assert.True(Success(_bench.Thread.Finish(waiting)).Replayed);
    }

    [Fact]
    public void A_status_question_never_misses_a_simultaneous_outcome()
    {
        _bench.Create();
        var accept = _bench.Accept("ann");
        _bench.Store.ReadGate = new TaskCompletionSource();
        var waiting = _bench.Begin(Query(accept) with { Fingerprint = null, ReceivedAt = null });
        _bench.DeliverAll(accept);

        _bench.Thread.Start(_bench.Store.ReadGate.SetResult);

        Assert.True(Success(_bench.Thread.Finish(waiting)).Replayed);
    }

    [Fact]
    public void The_status_question_of_a_stranger_is_answered_at_once()
    {
        _bench.Create();

        var reply = _bench.Begin(Query(_bench.Accept("eve")) with { Fingerprint = null, ReceivedAt = null });

        Assert.IsType<JobRequestReply.NotFound>(_bench.Thread.Finish(reply));
    }

    [Fact]
    public void After_a_failed_load_the_next_question_loads_again()
    {
        _bench.Create();
        var store = new ScriptedStore(_bench.Stored) { IsDown = true };
        var executor = _bench.NewExecutor(store);
        var accept = _bench.Accept("ann");
        Assert.Throws<IOException>(() => _bench.Ask(executor, Query(accept)));
        store.IsDown = false;

        Assert.IsType<JobRequestReply.Pending>(_bench.Ask(executor, Query(accept)));
        Success(_bench.Execute(executor, accept));
    }

    [Fact]
    public void Calls_and_commands_of_a_cold_job_share_one_read()
    {
        _bench.Create();
        var store = new ScriptedStore(_bench.Stored) { ReadGate = new TaskCompletionSource() };
        var executor = _bench.NewExecutor(store);
        var accept = _bench.Accept("ann");
        var asked = _bench.Begin(executor, Query(accept), Wait);
        var delivery = _bench.Thread.Start(() => executor.ExecuteAsync([accept]));

        _bench.Thread.Start(store.ReadGate.SetResult);

        _bench.Thread.Finish(delivery);
        Success(_bench.Thread.Finish(asked));
        Assert.Equal(1, store.Reads);
    }

    [Fact]
    public void Answers_kept_for_a_moment_are_bounded_and_forgotten()
    {
        var recent = new RecentAnswers(_bench.Clock);
        var attempts = Enumerable.Range(0, 1000).Select(i => new Attempt(new LedgerKey("ann", "accept", $"k{i}"), "f", _bench.Now)).ToArray();
        foreach (var attempt in attempts) recent.Add(attempt, new Answer.Unknown());

        Assert.Null(recent.Take(attempts[0]));
        Assert.IsType<Answer.Unknown>(recent.Take(attempts[^1]));
        Assert.Null(recent.Take(attempts[^1]));
        _bench.Clock.Advance(TimeSpan.FromSeconds(31));
        Assert.Null(recent.Take(attempts[^2]));
    }
}
