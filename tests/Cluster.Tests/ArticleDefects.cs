using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using JobRequests.Domain;
using JobRequests.Testing.Backends;
using JobRequests.Testing.Load;
using JobRequests.Verification;

namespace JobRequests.Cluster.Tests;

/// <summary>What went wrong in the design that this project started from, by the number it has there: what needs a log, servers and several silos.</summary>
[Collection(OneCluster.Name)]
public sealed class ArticleDefects(ClusterFixture fixture)
{
    private readonly LocalCluster _cluster = fixture.Cluster;

    [Fact]
    public async Task Defect_02_accepts_during_a_rebalance_have_one_winner()
    {
        using var caller = new RecordingCaller(_cluster.Gateways);
        var jobs = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => CreateAsync(caller)));

        var leaving = _cluster.StopAsync("silo", 2);
        try
        {
            await Parallel.ForEachAsync(jobs, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (job, _) =>
            {
                var answers = await Task.WhenAll(
                    caller.SendUntilDecidedAsync(new Request(job, "accept", "ann", "a")),
                    caller.SendUntilDecidedAsync(new Request(job, "accept", "bob", "b")));
                var winner = Assert.Single(answers, answer => answer.Outcome == "SUCCESS");
                Assert.Equal("ALREADY_ACCEPTED", Assert.Single(answers, answer => answer.Outcome == "FAIL").Code);
                Assert.Equal(winner.Caller, (await caller.ReadJobAsync(job, "zoe")).GetProperty("acceptedBy").GetString());
            });
        }
        finally
        {
            await leaving;
            await _cluster.StartAsync("silo", 2);
        }
    }

    [Fact]
    public async Task Defect_07_facts_are_published_after_a_finalevents_outage()
    {
        using var caller = new RecordingCaller(_cluster.Gateways);
        var job = await CreateAsync(caller);
        await Aftermath.UntilAsync(() => EventLog.Read(_cluster), log => log.Has(job, 1), "the create is in finalevents");

        await AlterAsync(_cluster.FinalEvents, "max.message.bytes", "64");
        try
        {
            var accepted = await caller.SendUntilDecidedAsync(new Request(job, "accept", "ann", "a"));
            Assert.Equal(("SUCCESS", 2), (accepted.Outcome, accepted.Version));
            Assert.Equal("ann", (await caller.ReadJobAsync(job, "zoe")).GetProperty("acceptedBy").GetString());
            Assert.False(EventLog.Read(_cluster).Has(job, 2));
        }
        finally
        {
            await AlterAsync(_cluster.FinalEvents, "max.message.bytes", "2097152");
        }

        await Aftermath.UntilAsync(() => EventLog.Read(_cluster), log => log.Has(job, 2), "the accept is in finalevents");
    }

    [Fact]
    public async Task Defect_08_commands_outlive_a_database_outage()
    {
        Backend.Require();
        using var caller = new RecordingCaller(_cluster.Gateways);
        var job = await CreateAsync(caller);
        await Aftermath.AllCommittedAsync(_cluster);

        Task<RecordedCall> sent;
        await Backend.StopAsync("mongo");
        try
        {
            sent = caller.SendAsync(new Request(job, "accept", "ann", "a"));
            await Aftermath.UntilAsync(() => TopicReader.Uncommitted(_cluster.Kafka, _cluster.Requests, _cluster.Name), static left => left.Count > 0,
                "the command is in the log and not committed");
        }
        finally
        {
            await Backend.StartAsync("mongo");
        }

        // Nobody sends it again.
        await sent;
        await Aftermath.UntilAsync(
            () => caller.ReadJobAsync(job, "zoe").GetAwaiter().GetResult().GetProperty("acceptedBy").GetString() ?? "", static winner =>
                winner == "ann", "the command is decided");
        await Aftermath.AllCommittedAsync(_cluster);
    }

    [Fact]
    public async Task Defect_09_a_malformed_record_stops_no_consumer()
    {
        using var caller = new RecordingCaller(_cluster.Gateways);
        var written = await PoisonEveryPartitionAsync();

        // Jobs of every partition, behind the poison.
        await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => CreateAsync(caller)));

        await Aftermath.AllCommittedAsync(_cluster);
        var deadLetters = TopicReader.ReadAll(_cluster.Kafka, _cluster.DeadLetters)
            .ConvertAll(record => $"{record.Header("dead-letter-origin-partition")}:{record.Header("dead-letter-origin-offset")}");
        Assert.All(written, record => Assert.Single(deadLetters, $"{record.Partition.Value}:{record.Offset}"));
    }

    private static async Task<string> CreateAsync(RecordingCaller caller)
    {
        var key = $"c-{Guid.NewGuid():N}";
        var create = new Request(JobRequestId.Derive("zoe", key), "create", "zoe", key, ["ann", "bob"]);
        Assert.Equal("SUCCESS", (await caller.SendUntilDecidedAsync(create)).Outcome);
        return create.Job;
    }

    private async Task<DeliveryResult<byte[], byte[]>[]> PoisonEveryPartitionAsync()
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = _cluster.Kafka }).Build();
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = _cluster.Kafka }).Build();
        var partitions = admin.GetMetadata(_cluster.Requests, TimeSpan.FromSeconds(30)).Topics.Single().Partitions;
        return await Task.WhenAll(partitions.Select(partition => producer.ProduceAsync(
            new TopicPartition(_cluster.Requests, partition.PartitionId),
            new Message<byte[], byte[]> { Key = Encoding.UTF8.GetBytes("nobody's"), Value = [0, 1, 2, 255] })));
    }

    private async Task AlterAsync(string topic, string setting, string value)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = _cluster.Kafka }).Build();
        await admin.IncrementalAlterConfigsAsync(new Dictionary<ConfigResource, List<ConfigEntry>>
        {
            [new ConfigResource { Type = ResourceType.Topic, Name = topic }] = [
                new ConfigEntry { Name = setting, Value = value, IncrementalOperation = AlterConfigOpType.Set }],
        });
    }
}
