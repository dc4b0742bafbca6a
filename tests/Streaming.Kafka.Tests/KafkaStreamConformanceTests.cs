using JobRequests.Testing;

namespace JobRequests.Streaming.Kafka.Tests;

public sealed class KafkaStreamConformanceTests : StreamConformance, IAsyncLifetime
{
    private TestTopic _topic = null!;

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        _topic = await TestTopic.CreateAsync();
        await InitializeAsync();
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await DisposeAsync();
        await _topic.DisposeAsync();
    }

    protected override void AddStreams(ISiloBuilder silo) => silo.AddKafkaStreams(Provider, options => options.Configure(_topic.Configure));
}
