using JobRequests.Domain;
using JobRequests.Grains.Abstractions;
using static JobRequests.Grains.Tests.Workbench;

namespace JobRequests.Grains.Tests;

/// <summary>Waves, line and confirmation where many act at one moment, on two activations, or around a crash.</summary>
public sealed class OfferRaceTests
{
    private static readonly string[] Fifty = [.. Enumerable.Range(0, 50).Select(number => $"p{number:00}")];

    private readonly Workbench _bench = new();

    [Fact]
    public void Of_fifty_accepts_one_wins_and_49_wait_in_line()
    {
        Create(Fifty);

        _bench.DeliverAll([.. Fifty.Select(AcceptOrWait)]);

        var replies = Fifty.Select(person => Success(_bench.Ask(Query(AcceptOrWait(person))))).ToList();
        Assert.Single(replies, reply => reply.Rank is null);
        Assert.Equal(Enumerable.Range(1, 49), replies.Select(reply => reply.Rank).OfType<int>().Order());
    }

    [Fact]
    public void While_twenty_leave_the_line_exactly_one_is_promoted()
    {
        Create(Fifty);
        _bench.DeliverAll([.. Fifty.Select(AcceptOrWait)]);
        var (winner, line) = (_bench.Document.State.Winner!, _bench.Document.State.Standby!);

        // Every second one of the first forty leaves, the first of the line among them, before and after the winner does.
        string[] leaving = [.. line.Where((_, index) => index % 2 == 0).Take(20)];
        _bench.DeliverAll([.. leaving.Take(10).Append(winner).Concat(leaving.Skip(10)).Select(person => _bench.Withdraw(person))]);

        var (state, events) = (_bench.Document.State, _bench.Document.Events);
        Assert.Equal((nameof(JobStatus.Accepted), 2), (state.Status, state.Epoch));
        Assert.Equal(state.Winner, Assert.Single(events, stored => stored.Promoted is not null).Promoted);
        Assert.Equal(line.Except(leaving).First(), state.Winner);
        Assert.Equal(line.Except(leaving).Skip(1), state.Standby);
        var job = JobRequest.Initial;
        foreach (var stored in events)
        {
            job = JobRequest.Evolve(job, Documents.EventMapping.ToDomain(stored));
            Assert.True(job.Standby.IsEmpty || job.Status == JobStatus.Accepted, $"At version {stored.N} the job is open and somebody waits.");
        }
    }

    [Fact]
    public void A_late_confirmation_and_the_sweeper_give_one_outcome()
    {
        for (var round = 0; round < 200; round++)
        {
            var bench = new Workbench();
            Success(bench.Execute(bench.Command(Requester, new JobRequestCommand.Create(["ann", "bob"], [], ConfirmSeconds: 60), CreateKey)));
            Success(bench.Execute(bench.Accept("ann")));
            var isInTime = round % 2 == 0;
            bench.Clock.Advance(TimeSpan.FromSeconds(60) - (isInTime ? TimeSpan.FromMilliseconds(1) : TimeSpan.Zero));
            var confirm = bench.Command("ann", new JobRequestCommand.Confirm(), "c");

            // Two activations with memories of their own; one of them writes second, and has to read again.
            var other = bench.NewExecutor(new ScriptedStore(bench.Stored));
            var (first, second) = round % 4 < 2 ? (bench.Executor, other) : (other, bench.Executor);
            if (isInTime) bench.Thread.Finish(bench.Thread.Start(() => first.ExecuteAsync([confirm])));
            else bench.Thread.Finish(bench.Thread.Start(first.AdvanceAsync));
            bench.Clock.Advance(TimeSpan.FromMilliseconds(1));
            bench.Thread.Finish(bench.Thread.Start(second.AdvanceAsync));
            bench.Thread.Finish(bench.Thread.Start(() => second.ExecuteAsync([confirm])));

            var told = new[] { second, bench.NewExecutor(new ScriptedStore(bench.Stored)) }.Select(executor => bench.Ask(executor, Query(confirm))).ToList();
            if (isInTime)
            {
                Assert.All(told, reply => Assert.Equal(3, Success(reply).Version));
                Assert.Equal("ann", bench.Document.State.Winner);
            }
            else
            {
                Assert.All(told, reply => Fail(reply, Rejections.NotAccepted));
                Assert.Null(bench.Document.State.Winner);
            }

            Assert.Equal(3, bench.Document.State.Version);
        }
    }

    [Fact]
    public void A_crash_between_waves_loses_none_and_skips_none()
    {
        Create(["ann", "bob", "cid", "dee", "eva", "fay"], new Wave(2, 20), new Wave(2, 20));
        _bench.Clock.Advance(TimeSpan.FromSeconds(20));
        _bench.Wake();
        _bench.Crash();

        // Away for longer than both waves: one is opened, and has its time.
        _bench.Clock.Advance(TimeSpan.FromMinutes(5));
        _bench.Wake();
        _bench.Wake();
        Assert.Equal((3, 6), (_bench.Document.State.Waves!.Opened, _bench.Document.State.Candidates.Count));
        Assert.Equal(["JobRequested", "OfferWidened", "OfferWidened"], _bench.Document.Events.Select(stored => stored.Type));
        _bench.Thread.Finish(_bench.Thread.Start(_bench.Executor.PublishOutboxAsync));
        Assert.Equal(3, _bench.Publisher.Versions.Last());
    }

    [Fact]
    public void Whose_time_has_come_need_not_wait_for_the_sweeper()
    {
        Create(["ann", "bob"], new Wave(1, 20));
        _bench.Clock.Advance(TimeSpan.FromSeconds(20) - TimeSpan.FromMilliseconds(1));
        Assert.IsType<JobRequestReply.NotFound>(_bench.Execute(_bench.Accept("bob", "early")));
        _bench.Clock.Advance(TimeSpan.FromMilliseconds(1));

        Success(_bench.Execute(_bench.Accept("bob")));

        Assert.Equal(["JobRequested", "OfferWidened", "JobAccepted"], _bench.Document.Events.Select(stored => stored.Type));
    }

    [Fact]
    public void Two_activations_open_a_wave_once()
    {
        Create(["ann", "bob", "cid"], new Wave(1, 20), new Wave(1, 20));
        var other = _bench.NewExecutor(new ScriptedStore(_bench.Stored));
        _bench.Clock.Advance(TimeSpan.FromSeconds(20));
        _bench.Store.WriteGate = new TaskCompletionSource();
        var slow = _bench.Thread.Start(_bench.Executor.AdvanceAsync);
        _bench.Thread.Finish(_bench.Thread.Start(other.AdvanceAsync));

        _bench.Thread.Start(_bench.Store.WriteGate.SetResult);
        _bench.Thread.Finish(slow);

        Assert.Equal(["ann", "bob"], _bench.Document.State.Candidates.Select(candidate => candidate.Id));
    }

    [Fact]
    public void Amendments_end_before_the_document_is_too_large()
    {
        Create(["ann"]);
        JobRequestReply reply;
        var amended = 0;
        do
        {
            var details = new JobDetails { Description = new string('д', 4_000), Instructions = new string('д', 4_000 - (amended % 2)) };
            reply = _bench.Execute(_bench.Command(Requester, new JobRequestCommand.Amend(Details: details), $"m{amended}"));
        }
        while (reply is JobRequestReply.Succeeded && ++amended < 1_000);

        Assert.IsType<JobRequestReply.TooManyAttempts>(reply);
        Assert.InRange(_bench.Stored.Json!.Length, 1_000_000, 7_000_000);
        Success(_bench.Execute(_bench.Cancel()));
    }

    [Fact]
    public void An_assignment_and_an_accept_have_one_order()
    {
        Create(["ann", "bob"]);
        var assign = _bench.Command(Requester, new JobRequestCommand.Assign("bob"), "s");
        var accept = _bench.Accept("ann");

        _bench.DeliverAll(accept, assign);

        Success(_bench.Ask(Query(accept)));
        Fail(_bench.Ask(Query(assign)), Rejections.AlreadyAssigned);
        Assert.Equal("ann", _bench.Document.State.Winner);
    }

    [Fact]
    public void An_amendment_of_a_version_that_is_gone_changes_nothing()
    {
        Create(["ann", "bob"]);
        var accept = _bench.Accept("ann");
        var amend = _bench.Command(Requester, new JobRequestCommand.Amend("other"), "m", ifMatch: 1);

        _bench.DeliverAll(accept, amend);

        Fail(_bench.Ask(Query(amend)), Rejections.VersionMismatch);
        Assert.NotEqual("other", _bench.Document.State.Title);
    }

    private void Create(string[] people, params Wave[] waves) => Success(_bench.Execute(_bench.Command(
        Requester, new JobRequestCommand.Create([.. people], [], Waves: waves.Length == 0 ? null : [.. waves]), CreateKey)));

    private CommandEnvelope AcceptOrWait(string person) => _bench.Command(person, new JobRequestCommand.Accept(Standby: true), "a");
}
