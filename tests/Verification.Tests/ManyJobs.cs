using JobRequests.Documents;
using JobRequests.Domain;
using JobRequests.Grains;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Verification.Tests;

/// <summary>Any number of good jobs, each with a requester's key of its own, in several stages of their lives.</summary>
internal static class ManyJobs
{
    private static readonly string[] Candidates = ["ann", "bob", "cid"];

    public static IEnumerable<(string Job, JobDocument Document, StoredView View)> Take(int count)
    {
        for (var number = 0; number < count; number++) yield return Make(number);
    }

    public static (string Job, JobDocument Document, StoredView View) Make(int number)
    {
        var key = $"many-{number}";
        var id = JobRequestId.Derive("rita", key);
        var clock = JobRun.Begin;
        var job = CommittedJob.None;
        Send("rita", new JobRequestCommand.Create([.. Candidates], [new JobTask("t1", "windows")], $"flat {number}", null), key);
        Send(Candidates[number % 3], new JobRequestCommand.Accept(), "a");
        Send(Candidates[(number + 1) % 3], new JobRequestCommand.Accept(), "b");
        if (number % 2 == 0) Send(Candidates[number % 3], new JobRequestCommand.Start(), "s");
        if (number % 4 == 0) Send(Candidates[number % 3], new JobRequestCommand.FinishTask("t1"), "f");
        var document = job.Document with { Published = job.State.Version, OutboxSince = null };
        return (id, document, StoredView.From(document.State));

        void Send(string caller, JobRequestCommand command, string requestKey)
        {
            clock += TimeSpan.FromSeconds(1);
            var who = new Caller(caller, IsAdmin: false);
            var envelope = new CommandEnvelope(id, who, requestKey, Fingerprint.Of(id, who, null, command), clock, clock.AddSeconds(30), null, command, null);
            var decision = JobDecision.Decide(job, [new WorkItem.Command(envelope)], 0, clock, new JobRequestOptions());
            job = CommittedJob.From(new StoredJob(decision.Document!, "etag"));
        }
    }
}
