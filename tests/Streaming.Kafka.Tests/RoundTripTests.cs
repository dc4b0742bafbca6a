using JobRequests.Testing;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Streams;
using Orleans.TestingHost;

namespace JobRequests.Streaming.Kafka.Tests;

public sealed class RoundTripTests
{
    [Fact]
    public async Task A_clients_record_reaches_its_grain_and_is_committed()
    {
        await using var topic = await TestTopic.CreateAsync(partitions: 4);
        var script = new StreamScript();
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton(script);
            silo.AddKafkaStreams(StreamConformance.Provider, options => options.Configure(topic.Configure));
        });
        builder.ConfigureClient(client => client.AddKafkaStreams(StreamConformance.Provider, options => options.Configure(kafka =>
        {
            kafka.BootstrapServers = topic.Address;
            kafka.Topic = topic.Name;
        })));
        await using var cluster = builder.Build();
        await cluster.DeployAsync();
        var provider = cluster.Client.ServiceProvider.GetRequiredKeyedService<IStreamProvider>(StreamConformance.Provider);
        var received = new TaskCompletionSource();
        script.Handled += _ => received.TrySetResult();

        await provider.GetStream<Numbered>(StreamId.Create(StreamConformance.Namespace, "a")).OnNextAsync(new Numbered("a", 7));

        await received.Task.WaitAsync(StreamCluster.WaitLimit);
        Assert.Equal([7], script.Received("a"));
        var partition = topic.ReadAll(topic.Name, topic.Partitions).Single().Partition.Value;
        await topic.UntilCommittedAsync(1, partition);
    }
}
