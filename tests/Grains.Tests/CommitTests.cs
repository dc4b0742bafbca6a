using JobRequests.Domain;
using JobRequests.Grains.Abstractions;
using static JobRequests.Grains.Tests.Workbench;

namespace JobRequests.Grains.Tests;

/// <summary>What is decided, in which order, and what of it is written.</summary>
public sealed class CommitTests
{
    private readonly Workbench _bench = new();

    [Fact]
    public void A_create_writes_state_event_and_outcome_at_once()
    {
        var reply = Success(_bench.Execute(_bench.Creation()));

        Assert.Equal(1, reply.Version);
        Assert.False(reply.Replayed);
        Assert.Equal(["ann", "bob", "cid"], reply.Job!.Candidates.Select(candidate => candidate.Id));
        Assert.Equal(1, _bench.Store.Attempts);
        var document = _bench.Document;
        Assert.Equal(nameof(JobStatus.Open), document.State.Status);
        Assert.Equal((1, "JobRequested", CreateKey), (document.Events[0].N, document.Events[0].Type, document.Events[0].Request));
        Assert.Equal((CreateKey, Requester, Operations.Create, null, 1), LedgerRow(Assert.Single(document.Requests)));
    }

    [Fact]
    public void A_missing_job_is_not_found_and_nothing_is_written()
    {
        Assert.IsType<JobRequestReply.NotFound>(_bench.Execute(_bench.Accept("ann")));

        Assert.Equal((1, 0), (_bench.Store.Reads, _bench.Store.Attempts));
    }

    [Fact]
    public void A_stranger_finds_no_job_and_leaves_no_trace()
    {
        _bench.Create();

        Assert.IsType<JobRequestReply.NotFound>(_bench.Execute(_bench.Accept("eve")));

        Assert.Single(_bench.Document.Requests);
    }

    [Fact]
    public void A_rejection_is_written_with_its_code_and_version()
    {
        _bench.Create();
        Success(_bench.Execute(_bench.Accept("ann")));

        Fail(_bench.Execute(_bench.Accept("bob")), Rejections.AlreadyAccepted);

        Assert.Equal(("a", "bob", Operations.Accept, Rejections.AlreadyAccepted.Code, 2), LedgerRow(_bench.Document.Requests[^1]));
        Assert.Equal(2, _bench.Document.Events.Count);
    }

    [Theory]
    [InlineData("cancelled")]
    [InlineData("declined")]
    [InlineData("expired")]
    public void A_closed_job_rejects_with_its_version_without_a_write(string how)
    {
        _bench.Create(expiresAt: _bench.Now.AddHours(1));
        switch (how)
        {
            case "cancelled":
                Success(_bench.Execute(_bench.Cancel()));
                break;
            case "declined":
                foreach (var person in new[] { "ann", "bob", "cid" }) Success(_bench.Execute(_bench.Decline(person)));
                break;
            default:
                _bench.Clock.Advance(TimeSpan.FromHours(2));
                _bench.Wake();
                break;
        }

        var (writes, version) = (_bench.Stored.Writes, _bench.Document.State.Version);

        // Every other rule would say no as well: the job being closed comes first.
        var late = _bench.Command("bob", new JobRequestCommand.Start(), "s", notAfter: TimeSpan.FromSeconds(-1), ifMatch: 77);
        var reply = Fail(_bench.Execute(late), Rejections.JobClosed);
        Assert.Equal((version, false), (reply.Version, reply.Replayed));

        Assert.Equal(writes, _bench.Stored.Writes);
    }

    [Fact]
    public void An_outcome_in_the_ledger_comes_before_everything_but_visibility()
    {
        _bench.Create(expiresAt: _bench.Now.AddHours(1));
        var refused = _bench.Command("bob", new JobRequestCommand.Start(), "s");
        Fail(_bench.Execute(refused), Rejections.NotAccepted);
        _bench.Clock.Advance(TimeSpan.FromHours(2));

        var reply = Fail(_bench.Execute(_bench.Again(refused)), Rejections.NotAccepted);

        Assert.True(reply.Replayed);
        Assert.Equal(nameof(JobStatus.Open), _bench.Document.State.Status);
    }

    [Fact]
    public void A_repeat_costs_neither_read_nor_write()
    {
        var (create, accept) = (_bench.Creation(), _bench.Accept("ann"));
        Success(_bench.Execute(create));
        Success(_bench.Execute(accept));

        Assert.True(Success(_bench.Execute(_bench.Again(create))).Replayed);
        Assert.True(Success(_bench.Execute(_bench.Again(accept))).Replayed);

        Assert.Equal((0, 2), (_bench.Store.Reads, _bench.Store.Attempts));
    }

    [Fact]
    public void A_due_expiry_comes_before_the_command()
    {
        _bench.Create(expiresAt: _bench.Now.AddHours(1));
        _bench.Clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal(2, Fail(_bench.Execute(_bench.Accept("ann")), Rejections.JobClosed).Version);

        var expired = _bench.Document.Events[^1];
        Assert.Equal(("JobExpired", null, null), (expired.Type, expired.By, expired.Request));
        Assert.Single(_bench.Document.Requests);
    }

    [Fact]
    public void The_deadline_is_judged_before_If_Match()
    {
        _bench.Create();

        var late = _bench.Command("ann", new JobRequestCommand.Accept(), "a", notAfter: TimeSpan.FromMilliseconds(-1), ifMatch: 9);
        Fail(_bench.Execute(late), Rejections.DeadlinePassed);

        Assert.Equal(Rejections.DeadlinePassed.Code, _bench.Document.Requests[^1].Code);
        Assert.Equal(1, _bench.Document.State.Version);
    }

    [Fact]
    public void A_command_exactly_at_its_deadline_is_decided()
    {
        _bench.Create();

        Success(_bench.Execute(_bench.Command("ann", new JobRequestCommand.Accept(), "a", notAfter: TimeSpan.Zero)));
    }

    [Fact]
    public void If_Match_comes_before_the_rules_and_names_both_versions()
    {
        _bench.Create();

        var reply = Fail(_bench.Execute(_bench.Command("rita", new JobRequestCommand.Accept(), "a", ifMatch: 3)), Rejections.VersionMismatch);

        Assert.Equal((1, 3), (reply.Version, reply.Expected));
        Success(_bench.Execute(_bench.Command("ann", new JobRequestCommand.Accept(), "a", ifMatch: 1)));
    }

    [Fact]
    public void An_administrator_reads_and_dispatches_but_answers_nothing()
    {
        _bench.Create();

        Fail(_bench.Execute(_bench.Command("root", new JobRequestCommand.Accept(), "x", isAdmin: true)), Rejections.NotAllowed);
        Success(_bench.Execute(_bench.Command("root", new JobRequestCommand.Assign("ann"), "y", isAdmin: true)));
        Success(_bench.Execute(_bench.Command("root", new JobRequestCommand.Cancel("rain"), "z", isAdmin: true)));

        Assert.Equal(["Administrator", "Administrator"], _bench.Document.Events.Skip(1).Select(stored => stored.Role));
        Assert.NotNull(_bench.Thread.Finish(_bench.Thread.Start(() => _bench.Executor.Reads.ReadFreshAsync(new Caller("root", IsAdmin: true)))));
    }

    [Fact]
    public void Time_never_goes_back_within_a_job()
    {
        _bench.Create();

        Success(_bench.ExecuteBehind(TimeSpan.FromMinutes(10), _bench.Accept("ann")));

        var times = _bench.Document.Events.Select(stored => stored.At).ToArray();
        Assert.Equal(times[0], times[1]);
    }

    [Fact]
    public void Two_hundred_accepts_are_one_write_with_one_winner()
    {
        var people = Enumerable.Range(0, 200).Select(i => $"p{i:000}").ToArray();
        var create = _bench.Command(Requester, new JobRequestCommand.Create([.. people], [], null, null), CreateKey);
        Success(_bench.Execute(create));
        var writes = _bench.Stored.Writes;
        var accepts = people.Select(person => _bench.Accept(person)).ToArray();
        var waiting = accepts.Select(accept => _bench.Begin(Query(accept))).ToArray();

        _bench.DeliverAll(accepts);

        Assert.Equal(writes + 1, _bench.Stored.Writes);
        var replies = waiting.Select(_bench.Thread.Finish).ToArray();
        Success(replies[0]);
        Assert.All(replies[1..], reply => Fail(reply, Rejections.AlreadyAccepted));
        Assert.Equal(199, _bench.Document.Requests.Count(entry => entry.Code == Rejections.AlreadyAccepted.Code));
    }

    [Fact]
    public void A_create_that_belongs_to_another_job_is_not_executed()
    {
        _bench.DeliverAll(_bench.Creation(key: "another"));

        Assert.Equal(0, _bench.Store.Attempts);
    }

    [Fact]
    public void A_preview_says_what_would_happen_and_stores_nothing()
    {
        _bench.Create();
        var writes = _bench.Stored.Writes;

        Assert.Equal(2, Success(Preview(_bench.Accept("ann"))).Version);
        Fail(Preview(_bench.Cancel("bob")), Rejections.NotAllowed);
        Assert.IsType<JobRequestReply.NotFound>(Preview(_bench.Accept("eve")));
        Assert.Equal(writes, _bench.Stored.Writes);
        Success(_bench.Execute(_bench.Cancel()));
        Fail(Preview(_bench.Accept("ann")), Rejections.JobClosed);
    }

    private JobRequestReply Preview(CommandEnvelope command) => _bench.Thread.Finish(_bench.Thread.Start(() => _bench.Executor.Reads.PreviewAsync(command)));

    private static (string, string, string, string?, int) LedgerRow(LedgerEntry entry) => (entry.Key, entry.Caller, entry.Operation, entry.Code, entry.Version);
}
