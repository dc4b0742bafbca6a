using JobRequests.Domain;
using JobRequests.Grains.Abstractions;
using static JobRequests.Grains.Tests.Workbench;

namespace JobRequests.Grains.Tests;

/// <summary>A key has one outcome forever, whatever becomes of the job.</summary>
public sealed class ReplayTests
{
    private readonly Workbench _bench = new(new JobRequestOptions { MaxEvents = 6 });

    [Fact]
    public void A_repeat_gets_the_first_outcome_and_job()
    {
        _bench.Create();
        var accept = _bench.Accept("ann");
        Success(_bench.Execute(accept));
        Success(_bench.Execute(_bench.Command("ann", new JobRequestCommand.Start(), "s")));
        Success(_bench.Execute(_bench.Command("ann", new JobRequestCommand.FinishTask("t1"), "t")));
        var events = _bench.Document.Events.Count;

        var again = Success(_bench.Execute(_bench.Again(accept)));

        Assert.True(again.Replayed);
        Assert.Equal((2, nameof(JobStatus.Accepted), false), (again.Version, again.Job!.Status, again.Job.Tasks[0].Done));
        Assert.Equal(events, _bench.Document.Events.Count);
    }

    [Fact]
    public void A_refusal_stays_one_after_the_job_has_reopened()
    {
        _bench.Create();
        Success(_bench.Execute(_bench.Accept("ann")));
        var lost = _bench.Accept("bob");
        Fail(_bench.Execute(lost), Rejections.AlreadyAccepted);
        Success(_bench.Execute(_bench.Withdraw("ann")));

        var again = Fail(_bench.Execute(_bench.Again(lost)), Rejections.AlreadyAccepted);

        Assert.Equal((true, 2), (again.Replayed, again.Version));
        Success(_bench.Execute(_bench.Accept("bob", key: "a2")));
    }

    [Fact]
    public void A_repeat_survives_the_end_of_the_process()
    {
        _bench.Create();
        var accept = _bench.Accept("ann");
        Success(_bench.Execute(accept));
        _bench.Crash();

        Assert.True(Success(_bench.Execute(_bench.Again(accept))).Replayed);
        Assert.Equal(2, _bench.Document.State.Version);
    }

    [Fact]
    public void A_repeat_after_compaction_gets_its_outcome_without_the_job()
    {
        _bench.Create();
        var accept = _bench.Accept("ann");
        Success(_bench.Execute(accept));
        Success(_bench.Execute(_bench.Withdraw("ann")));
        for (var round = 0; round < 3; round++)
        {
            Success(_bench.Execute(_bench.Accept("bob", $"a{round}")));
            Success(_bench.Execute(_bench.Withdraw("bob", $"w{round}")));
            if (round == 0) break;
        }

        Success(_bench.Execute(_bench.Decline("cid")));
        Assert.NotEqual(1, _bench.Document.Events[0].N);

        var again = Success(_bench.Execute(_bench.Again(accept)));
        Assert.Equal((2, true), (again.Version, again.Replayed));
        Assert.Null(again.Job);
    }

    [Fact]
    public void Another_payload_under_a_key_is_refused()
    {
        _bench.Create();
        Success(_bench.Execute(_bench.Decline("ann", key: "k")));

        var other = _bench.Command("ann", new JobRequestCommand.Decline("too far"), "k", fingerprint: "other");
        Assert.True(Assert.IsType<JobRequestReply.KeyReused>(_bench.Execute(other)).Recorded);

        Assert.Equal(2, _bench.Document.State.Version);
    }

    [Fact]
    public void Keys_of_different_people_and_operations_are_independent()
    {
        _bench.Create();
        Success(_bench.Execute(_bench.Accept("ann", key: "k")));
        Fail(_bench.Execute(_bench.Accept("bob", key: "k")), Rejections.AlreadyAccepted);
        Success(_bench.Execute(_bench.Withdraw("ann", key: "k")));

        Assert.Equal(4, _bench.Document.Requests.Count);
    }

    [Fact]
    public void A_request_delivered_twice_is_executed_once()
    {
        _bench.Create();
        var accept = _bench.Accept("ann");
        var repeat = _bench.Again(accept);
        var (first, second) = (_bench.Begin(Query(accept)), _bench.Begin(Query(repeat)));

        _bench.DeliverAll(accept, repeat);

        Assert.False(Success(_bench.Thread.Finish(first)).Replayed);
        Assert.True(Success(_bench.Thread.Finish(second)).Replayed);
        Assert.Equal(2, _bench.Document.State.Version);
    }

    [Fact]
    public void A_candidate_replays_what_a_candidate_may_see()
    {
        _bench.Create();
        var accept = _bench.Accept("bob");
        Success(_bench.Execute(accept));

        var job = Success(_bench.Execute(_bench.Again(accept))).Job!;

        Assert.Equal("bob", Assert.Single(job.Candidates).Id);
        Assert.Null(job.CandidatesLeft);
    }
}
