using System.Diagnostics;
using JobRequests.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace JobRequests.Streaming.Kafka.Tests;

/// <summary>What keeps a silo from starting, and what it waits for.</summary>
[Collection(nameof(Toxics))]
public sealed class StartTests
{
    [Fact]
    public async Task A_missing_topic_is_named()
    {
        await using var topic = await TestTopic.CreateAsync();

        var exception = await FailsAsync(topic, options => options.Topic = "no-such-topic");

        Assert.Equal("Topic", exception.Setting);
        Assert.Contains("'no-such-topic' does not exist", exception.Message);
        Assert.Contains("provider 'conformance'", exception.Message);
    }

    [Fact]
    public async Task A_missing_dead_lettered_topic_is_named()
    {
        await using var topic = await TestTopic.CreateAsync();

        var exception = await FailsAsync(topic, options => options.DeadLetterTopic = "no-such-topic");

        Assert.Equal("DeadLetterTopic", exception.Setting);
        Assert.Contains("Orleans:Streaming:conformance:DeadLetterTopic", exception.Message);
    }

    [Fact]
    public async Task Another_partition_count_than_expected_is_refused()
    {
        await using var topic = await TestTopic.CreateAsync(partitions: 3);

        var exception = await FailsAsync(topic, options => options.ExpectedPartitions = 4);

        Assert.Equal("ExpectedPartitions", exception.Setting);
        Assert.Contains("has 3 partitions, not 4", exception.Message);
    }

    [Fact]
    public async Task Records_that_are_too_large_for_the_topic_are_refused()
    {
        await using var topic = await TestTopic.CreateAsync();

        var exception = await FailsAsync(topic, options => options.MaxRecordBytes = 50_000_000);

        Assert.Equal("MaxRecordBytes", exception.Setting);
        Assert.Contains("max.message.bytes", exception.Message);
    }

    [Fact]
    public async Task A_silent_broker_is_waited_for_and_named()
    {
        await using var topic = await TestTopic.CreateAsync();
        var watch = Stopwatch.StartNew();

        var exception = await FailsAsync(topic, options =>
        {
            options.BootstrapServers = "127.0.0.1:1";
            options.StartTimeout = TimeSpan.FromSeconds(2);
        });

        Assert.Equal("BootstrapServers", exception.Setting);
        Assert.Contains("127.0.0.1:1", exception.Message);
        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Credentials_that_the_broker_does_not_take_are_never_shown()
    {
        await using var topic = await TestTopic.CreateAsync();

        var exception = await FailsAsync(topic, options =>
        {
            options.StartTimeout = TimeSpan.FromSeconds(2);
            options.Client["security.protocol"] = "SASL_PLAINTEXT";
            options.Client["sasl.mechanism"] = "PLAIN";
            options.Client["sasl.username"] = "ann";
            options.Client["sasl.password"] = "s3cr3t";
        });

        Assert.Equal("Client", exception.Setting);
        Assert.Contains("refused the credentials", exception.Message);
        Assert.DoesNotContain("s3cr3t", exception.ToString());
    }

    [Fact]
    public async Task A_missing_broker_is_waited_for_and_reported()
    {
        await using var topic = await TestTopic.CreateAsync();
        await using var toxics = new Toxics();
        await toxics.CutAsync();
        IServiceProvider? services = null;
        var reached = new TaskCompletionSource();
        var starting = StreamCluster.StartAsync(silo =>
        {
            silo.Services.AddSingleton<IStartupNote>(provider =>
            {
                services = provider;
                reached.TrySetResult();
                return new StartupNote();
            });
            silo.Services.AddHealthChecks().AddKafkaStreams(StreamConformance.Provider, tags: ["ready"]);
            silo.AddKafkaStreams(StreamConformance.Provider, options => options.Configure<IStartupNote>((kafka, _) =>
            {
                topic.Configure(kafka);
                kafka.BootstrapServers = toxics.Address;
            }));
        });
        await reached.Task.WaitAsync(StreamCluster.WaitLimit);
        var health = services!.GetRequiredService<HealthCheckService>();
        var before = await health.CheckHealthAsync();
        Assert.Equal(HealthStatus.Unhealthy, before.Status);
        Assert.Contains("gets no answer", before.Entries["kafka-conformance"].Description);

        await toxics.HealAsync();

        await using var cluster = await starting.WaitAsync(StreamCluster.WaitLimit);
        await cluster.SendAsync("a", 0);
        await cluster.UntilReceivedAsync("a", 0);
        HealthReport after = null!;
        await Eventually.IsTrueAsync(
            async () =>
                (after = await health.CheckHealthAsync()).Status == HealthStatus.Healthy, () =>
                    $"health; it is {after.Entries["kafka-conformance"].Description}");
        Assert.Contains("1 of them read here", after.Entries["kafka-conformance"].Description);
        Assert.Contains("ready", after.Entries["kafka-conformance"].Tags);

        await toxics.CutAsync();
        Assert.Equal(HealthStatus.Unhealthy, (await health.CheckHealthAsync()).Status);
        await toxics.HealAsync();
    }

    [Fact]
    public async Task Added_partitions_fail_the_health_check()
    {
        await using var topic = await TestTopic.CreateAsync();
        IServiceProvider? services = null;
        await using var cluster = await StreamCluster.StartAsync(silo =>
        {
            silo.Services.AddHealthChecks().AddKafkaStreams(StreamConformance.Provider);
            silo.AddKafkaStreams(StreamConformance.Provider, options => options.Configure<IServiceProvider>((kafka, provider) =>
            {
                services = provider;
                topic.Configure(kafka);
            }));
        });
        var health = services!.GetRequiredService<HealthCheckService>();
        Assert.Equal(HealthStatus.Healthy, (await health.CheckHealthAsync()).Status);

        await topic.Admin.CreatePartitionsAsync([new() { Topic = topic.Name, IncreaseTo = 2 }]);

        HealthReport report = null!;
        await Eventually.IsTrueAsync(
            async () => (report = await health.CheckHealthAsync()).Status == HealthStatus.Unhealthy, () => "the new partition to be noticed");
        Assert.Contains("has 2 partitions", report.Entries["kafka-conformance"].Description);
    }

    private static async Task<KafkaStartException> FailsAsync(TestTopic topic, Action<KafkaStreamOptions> configure)
    {
        var thrown = await Assert.ThrowsAnyAsync<Exception>(async () => await (await TopicCluster.StartAsync(topic, configure)).DisposeAsync());
        return Find(thrown) ?? throw new InvalidOperationException("The silo failed for another reason.", thrown);
    }

    private static KafkaStartException? Find(Exception? exception) => exception switch
    {
        null => null,
        KafkaStartException found => found,
        AggregateException many => many.InnerExceptions.Select(Find).FirstOrDefault(found => found is not null),
        _ => Find(exception.InnerException),
    };

    private interface IStartupNote;

    private sealed class StartupNote : IStartupNote;
}
