using JobRequests.Testing.Streams;
using Orleans.Streams;

namespace JobRequests.Streaming.Kafka.Tests;

public sealed class KafkaProviderConformanceTests(KafkaProviderConformanceTests.Fixture fixture)
    : StreamProviderConformance(fixture), IClassFixture<KafkaProviderConformanceTests.Fixture>
{
    public sealed class Fixture : StreamProviderFixture
    {
        private TestTopic _topic = null!;
        private TestTopic _filtered = null!;

        public override async ValueTask InitializeAsync()
        {
            (_topic, _filtered) = (await TestTopic.CreateAsync(partitions: 4), await TestTopic.CreateAsync(partitions: 2));
            await base.InitializeAsync();
        }

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            await _topic.DisposeAsync();
            await _filtered.DisposeAsync();
        }

        protected override void AddStreams(ISiloBuilder silo)
        {
            foreach (var (name, topic) in new[] { (StreamProviderConformance.Provider, _topic), (Filtered, _filtered) })
                silo.AddKafkaStreams(name, (SiloKafkaStreamConfigurator kafka) =>
                {
                    kafka.ConfigureKafka(options => options.Configure(topic.Configure));
                    kafka.ConfigureStreamPubSub(StreamPubSubType.ExplicitGrainBasedAndImplicit);
                    // An item of another type is repeated for so long.
                    kafka.ConfigurePullingAgent(agent => agent.Configure(static options => options.MaxEventDeliveryTime = TimeSpan.FromSeconds(1)));
                });
        }

        protected override void AddStreams(IClientBuilder client)
        {
            foreach (var (name, topic) in new[] { (StreamProviderConformance.Provider, _topic), (Filtered, _filtered) })
                client.AddKafkaStreams(name, (ClusterClientKafkaStreamConfigurator kafka) =>
                {
                    kafka.ConfigureKafka(options => options.Configure(topic.Configure));
                    kafka.ConfigureStreamPubSub(StreamPubSubType.ExplicitGrainBasedAndImplicit);
                });
        }
    }
}
