using JobRequests.Domain;
using JobRequests.Grains.Abstractions;
using static JobRequests.Grains.Tests.Workbench;

namespace JobRequests.Grains.Tests;

/// <summary>How many refusals a job remembers, and what happens beyond.</summary>
public sealed class FailLimitTests
{
    private readonly Workbench _bench = new(new JobRequestOptions { MaxFailsPerCaller = 3, MaxFailsPerJob = 5 });

    [Fact]
    public void A_caller_at_the_limit_is_refused_without_a_record()
    {
        _bench.Create();
        Refuse("ann", 3);
        var before = _bench.Stored.Json;

        Assert.IsType<JobRequestReply.TooManyAttempts>(_bench.Execute(Start("ann", "one-more")));

        Assert.Equal(before, _bench.Stored.Json);
        Fail(_bench.Execute(Start("bob", "own")), Rejections.NotAccepted);
    }

    [Fact]
    public void The_limit_counts_within_one_batch_too()
    {
        _bench.Create();
        var commands = Enumerable.Range(0, 5).Select(i => Start("ann", $"k{i}")).ToArray();
        var waiting = commands.Select(command => _bench.Begin(Query(command))).ToArray();

        _bench.DeliverAll(commands);

        var replies = waiting.Select(_bench.Thread.Finish).ToArray();
        Assert.Equal(3, replies.OfType<JobRequestReply.Rejected>().Count());
        Assert.Equal(2, replies.OfType<JobRequestReply.TooManyAttempts>().Count());
    }

    [Fact]
    public void All_callers_together_have_a_limit_too()
    {
        _bench.Create();
        Refuse("ann", 3);
        Refuse("bob", 2);

        Assert.IsType<JobRequestReply.TooManyAttempts>(_bench.Execute(Start("cid", "k")));
    }

    [Fact]
    public void The_limit_of_all_callers_counts_within_one_batch_too()
    {
        _bench.Create();
        Refuse("ann", 3);

        _bench.DeliverAll(Start("bob", "k0"), Start("bob", "k1"), Start("bob", "k2"));

        Assert.Equal(5, _bench.Document.Requests.Count(entry => entry.IsFail));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    public void A_ledger_is_full_at_its_size(int spare, int recorded)
    {
        _bench.Create();
        // An entry counts as 400 bytes, its key and its caller.
        _bench.Options.MaxLedgerBytes = 400 + CreateKey.Length + Requester.Length + 400 + "first".Length + "bob".Length + spare;

        _bench.DeliverAll(Start("bob", "first"), Start("bob", "second"), Start("bob", "third"));

        Assert.Equal(recorded, _bench.Document.Requests.Count(entry => entry.IsFail));
    }

    [Fact]
    public void A_success_always_has_room()
    {
        _bench.Create();
        Refuse("ann", 3);
        Refuse("bob", 2);

        Success(_bench.Execute(_bench.Accept("ann", key: "win")));
    }

    [Fact]
    public void A_recorded_refusal_is_still_replayed_at_the_limit()
    {
        _bench.Create();
        Refuse("ann", 3);

        Assert.True(Fail(_bench.Execute(_bench.Again(Start("ann", "k0"))), Rejections.NotAccepted).Replayed);
    }

    [Fact]
    public void A_key_refused_at_the_limit_can_succeed_later()
    {
        _bench.Create();
        Refuse("ann", 3);
        var start = Start("ann", "later");
        Assert.IsType<JobRequestReply.TooManyAttempts>(_bench.Execute(start));
        Success(_bench.Execute(_bench.Accept("ann")));

        Success(_bench.Execute(_bench.Again(start)));
    }

    private CommandEnvelope Start(string person, string key) => _bench.Command(person, new JobRequestCommand.Start(), key);

    private void Refuse(string person, int times)
    {
        for (var i = 0; i < times; i++) Fail(_bench.Execute(Start(person, $"k{i}")), Rejections.NotAccepted);
    }
}
