using System.Collections.Concurrent;
using JobRequests.Domain;
using JobRequests.Testing.Load;
using JobRequests.Verification;

namespace JobRequests.Cluster.Tests;

/// <summary>Many jobs through two gateways and two silos, with repeats that go to the other gateway.</summary>
[Collection(OneCluster.Name)]
public sealed class TwoByTwoTests(ClusterFixture fixture)
{
    private const int Jobs = 3_334;
    private const int Callers = 64;

    [Fact]
    public async Task Ten_thousand_jobs_have_one_winner_each()
    {
        var cluster = fixture.Cluster;
        using var caller = new RecordingCaller(cluster.Gateways);
        var wins = new ConcurrentDictionary<string, int>();

        await Parallel.ForEachAsync(Enumerable.Range(0, Jobs), new ParallelOptions { MaxDegreeOfParallelism = Callers }, async (number, _) =>
        {
            var key = $"many-{number}";
            var create = new Request(JobRequestId.Derive("zoe", key), "create", "zoe", key, ["ann", "bob"]);
            var created = await SendWithRepeatAsync(caller, create, number);
            Assert.Equal(("SUCCESS", 1), (created.Outcome, created.Version));

            var answers = await Task.WhenAll(
                SendWithRepeatAsync(caller, new Request(create.Job, "accept", "ann", $"a{number}"), number),
                SendWithRepeatAsync(caller, new Request(create.Job, "accept", "bob", $"b{number}"), number + 1));
            wins[create.Job] = answers.Count(answer => answer.Outcome == "SUCCESS");
            Assert.All(answers, answer => Assert.Equal(2, answer.Version));
        });

        Assert.All(wins, job => Assert.Equal(1, job.Value));
        await Aftermath.AllCommittedAsync(cluster);
        var log = EventLog.Read(cluster);
        Assert.All(wins, job => Assert.True(log.Has(job.Key, 1) && log.Has(job.Key, 2)));
        Assert.DoesNotContain(
            TopicReader.ReadAll(cluster.Kafka, cluster.DeadLetters), record => wins.ContainsKey(System.Text.Encoding.UTF8.GetString(record.Message.Key!)));
    }

    // Every fifth request is sent to both gateways at once: both get the same answer.
    private static async Task<RecordedCall> SendWithRepeatAsync(RecordingCaller caller, Request request, int number)
    {
        if (number % 5 != 0) return await DecidedAsync(caller, request, number % 2);
        var answers = await Task.WhenAll(DecidedAsync(caller, request, 0), DecidedAsync(caller, request, 1));
        Assert.Equal((answers[0].Outcome, answers[0].Code, answers[0].Version), (answers[1].Outcome, answers[1].Code, answers[1].Version));
        return answers[0];
    }

    private static async Task<RecordedCall> DecidedAsync(RecordingCaller caller, Request request, int gateway)
    {
        var call = await caller.SendAsync(request, gateway);
        return call.IsDecided ? call : await caller.SendUntilDecidedAsync(request);
    }
}
