using JobRequests.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace JobRequests.Streaming.Kafka.Tests;

/// <summary>Silos on a test's topic, whose records are text.</summary>
internal static class TopicCluster
{
    public static Task<StreamCluster> StartAsync(
        TestTopic topic, Action<KafkaStreamOptions>? configure = null, TextDecoder? decoder = null, LogRecorder? logs = null, short silos = 1) => StartAsync(
        options =>
        {
            topic.Configure(options);
            configure?.Invoke(options);
        },
        decoder,
        logs,
        silos);

    public static Task<StreamCluster> StartAsync(
        Action<KafkaStreamOptions> configure, TextDecoder? decoder = null, LogRecorder? logs = null, short silos = 1) => StreamCluster.StartAsync(
        silo =>
        {
            silo.Services.AddKeyedSingleton<IKafkaRecordDecoder>(StreamConformance.Provider, decoder ?? new TextDecoder());
            logs?.AddTo(silo);
            silo.AddKafkaStreams(StreamConformance.Provider, options => options.Configure(configure));
        },
        silos);

    public static KafkaStreamStatus Status(StreamCluster cluster, int silo = 0) =>
        cluster.Cluster.Silos[silo].ServiceProvider.GetRequiredKeyedService<KafkaStreamStatus>(StreamConformance.Provider);
}
