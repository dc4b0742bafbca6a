using JobRequests.Testing;
using Orleans.Streams;

namespace JobRequests.Streaming.InProcess.Tests;

public sealed class InProcessStreamConformanceTests : StreamConformance
{
    protected override void AddStreams(ISiloBuilder silo) => silo.AddInProcessStreams(Provider, options => options.Configure(stream => stream.QueueCount = 1));
}

/// <summary>The suite asks nothing that Orleans' own streams do not give.</summary>
public sealed class MemoryStreamConformanceTests : StreamConformance
{
    protected override void AddStreams(ISiloBuilder silo) => silo.AddMemoryStreams(Provider, streams =>
    {
        streams.ConfigurePartitioning(1);
        streams.ConfigureStreamPubSub(StreamPubSubType.ImplicitOnly);
    });
}
