using JobRequests.Testing.Streams;

namespace JobRequests.Streaming.InProcess.Tests;

/// <summary>The suite asks nothing that Orleans' own streams do not give.</summary>
public sealed class MemoryProviderConformanceTests(MemoryProviderConformanceTests.Fixture fixture) : StreamProviderConformance(fixture), IClassFixture<MemoryProviderConformanceTests.Fixture>
{
    public sealed class Fixture : StreamProviderFixture
    {
        protected override void AddStreams(ISiloBuilder silo)
        {
            foreach (var name in new[] { StreamProviderConformance.Provider, Filtered })
                silo.AddMemoryStreams(name, streams => streams.ConfigurePullingAgent(agent => agent.Configure(options =>
                {
                    options.GetQueueMsgsTimerPeriod = TimeSpan.FromMilliseconds(10);
                    // An item of another type is repeated for so long.
                    options.MaxEventDeliveryTime = TimeSpan.FromSeconds(1);
                })));
        }

        protected override void AddStreams(IClientBuilder client)
        {
            client.AddMemoryStreams(StreamProviderConformance.Provider);
            client.AddMemoryStreams(Filtered);
        }
    }
}
