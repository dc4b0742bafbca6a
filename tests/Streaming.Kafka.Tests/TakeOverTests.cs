using System.Diagnostics;
using System.Globalization;
using System.Net;
using JobRequests.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;

namespace JobRequests.Streaming.Kafka.Tests;

/// <summary>Partitions that change hands.</summary>
public sealed class TakeOverTests
{
    private const string PortsVariable = "TAKE_OVER_PORTS";
    private const string TopicVariable = "TAKE_OVER_TOPIC";
    private const int Partitions = 8;

    [Fact]
    public async Task Two_silos_share_partitions_until_one_leaves()
    {
        await using var topic = await TestTopic.CreateAsync(Partitions);
        await using var cluster = await TopicCluster.StartAsync(topic, silos: 2);
        await Eventually.IsTrueAsync(() => Owned(cluster, 0) == 4
            && Owned(cluster, 1) == 4, () => $"4 and 4 partitions; it is {Owned(cluster, 0)} and {Owned(cluster, 1)}");
        await SendAsync(topic, 0);
        await UntilReceivedAsync(cluster, 0);

        await cluster.Cluster.StopSiloAsync(cluster.Cluster.Silos[1]);

        await Eventually.IsTrueAsync(() => Owned(cluster, 0) == Partitions, () => $"all partitions; it is {Owned(cluster, 0)}");
        await SendAsync(topic, 1);
        await UntilReceivedAsync(cluster, 1);
        // A graceful rebalance repeats nothing that was finished.
        foreach (var key in Keys) Assert.Equal([0, 1], cluster.Script.Received(key));
    }

    [Fact]
    public async Task Partitions_with_blocks_are_taken_over_within_two_seconds()
    {
        await using var topic = await TestTopic.CreateAsync(Partitions, deadLetterPartitions: Partitions);
        await using var cluster = await TopicCluster.StartAsync(topic, options => options.BlockStreams = true, silos: 2);
        await Eventually.IsTrueAsync(() => Owned(cluster, 0) == Partitions / 2 && Owned(cluster, 1) == Partitions / 2, () => "each silo to have its share");

        await cluster.Cluster.StopSiloAsync(cluster.Cluster.Silos[1]);

        var stopped = Stopwatch.StartNew();
        await Eventually.IsTrueAsync(() => Owned(cluster, 0) == Partitions, () => $"all partitions; it is {Owned(cluster, 0)}");
        Assert.InRange(stopped.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task A_killed_silos_partitions_continue_at_its_commit()
    {
        await using var topic = await TestTopic.CreateAsync(Partitions);
        int[] ports = [FreePort.Next(), FreePort.Next(), FreePort.Next(), FreePort.Next()];
        var script = new StreamScript();
        using var survivor = Host(ports[0], ports[1], ports[0], topic, script);
        await survivor.StartAsync();
        var status = survivor.Services.GetRequiredKeyedService<KafkaStreamStatus>(StreamConformance.Provider);
        using var victim = StartProcess(topic, [ports[0], ports[2], ports[3]]);
        try
        {
            await Eventually.IsTrueAsync(() => status.GetPartitions().Count == Partitions / 2,
                () => $"the other silo to take its share; here are {status.GetPartitions().Count} partitions");
            await SendAsync(topic, 0);
            await Eventually.IsTrueAsync(async () => await CommittedAsync(topic) == Keys.Length, () => "what both read to be committed");

            victim.Kill();
            var killed = Stopwatch.StartNew();
            await SendAsync(topic, 1);
            await Eventually.IsTrueAsync(() => Keys.All(key => script.Received(key).Contains(1)),
                () => $"all to be received; missing {string.Join(' ', Keys.Where(key => !script.Received(key).Contains(1)))}");

            Assert.InRange(killed.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(15));
            await Eventually.IsTrueAsync(async () => await CommittedAsync(topic) == 2 * Keys.Length, () => "all to be committed");
            Assert.Equal(Partitions, status.GetPartitions().Count);
        }
        finally
        {
            if (!victim.HasExited) victim.Kill();
            await survivor.StopAsync();
        }
    }

    /// <summary>Not a test: the silo that is killed. It runs in a process of its own, in which it is all that is asked for.</summary>
    [Fact(Explicit = true)]
    public async Task A_silo_to_be_killed()
    {
        var ports = Environment.GetEnvironmentVariable(PortsVariable)?.Split(',').Select(port => int.Parse(port, CultureInfo.InvariantCulture)).ToArray();
        if (ports is null) return;
        await using var topic = await TestTopic.UseAsync(Environment.GetEnvironmentVariable(TopicVariable)!, Partitions);
        using var silo = Host(ports[1], ports[2], ports[0], topic, new StreamScript());
        await silo.RunAsync();
    }

    private static string[] Keys { get; } = [.. Enumerable.Range(0, 40).Select(number => $"k{number}")];

    private static async Task SendAsync(TestTopic topic, int number)
    {
        foreach (var key in Keys) await topic.ProduceAsync(key, $"{number}");
    }

    private static async Task UntilReceivedAsync(StreamCluster cluster, int number)
    {
        foreach (var key in Keys) await cluster.UntilReceivedAsync(key, number);
    }

    private static async Task<long> CommittedAsync(TestTopic topic)
    {
        long sum = 0;
        for (var partition = 0; partition < Partitions; partition++) sum += await topic.CommittedAsync(partition) ?? 0;
        return sum;
    }

    private static int Owned(StreamCluster cluster, int silo) => TopicCluster.Status(cluster, silo).GetPartitions().Count;

    private static IHost Host(int siloPort, int gatewayPort, int primaryPort, TestTopic topic, StreamScript script)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(siloPort, gatewayPort, new IPEndPoint(IPAddress.Loopback, primaryPort));
            silo.Configure<ClusterMembershipOptions>(membership =>
            {
                membership.ProbeTimeout = TimeSpan.FromSeconds(1);
                membership.NumVotesForDeathDeclaration = 1;
            });
            silo.Services.AddSingleton(script);
            silo.Services.AddKeyedSingleton<IKafkaRecordDecoder>(StreamConformance.Provider, new TextDecoder());
            silo.AddKafkaStreams(StreamConformance.Provider, options => options.Configure(topic.Configure));
        });
        return builder.Build();
    }

    private static Process StartProcess(TestTopic topic, int[] ports)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["-noColor", "-explicit", "only", "-method", "*A_silo_to_be_killed"])
        { RedirectStandardOutput = true };
        start.Environment[PortsVariable] = string.Join(',', ports);
        start.Environment[TopicVariable] = topic.Name;
        start.Environment["KAFKA"] = topic.Address;
        var process = Process.Start(start)!;
        _ = process.StandardOutput.ReadToEndAsync();
        return process;
    }
}
