using JobRequests.Testing.Streams;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Streams;

namespace JobRequests.Streaming.InProcess.Tests;

/// <summary>The suite asks nothing that Orleans' own streams do not give.</summary>
public sealed class MemoryProviderConformanceTests(MemoryProviderConformanceTests.Fixture fixture)
    : StreamProviderConformance(fixture), IClassFixture<MemoryProviderConformanceTests.Fixture>
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

public sealed class InProcessProviderConformanceTests(InProcessProviderConformanceTests.Fixture fixture)
    : StreamProviderConformance(fixture), IClassFixture<InProcessProviderConformanceTests.Fixture>
{
    public sealed class Fixture : StreamProviderFixture
    {
        private readonly InProcessStreamHub _hub = new();

        public override bool HasExplicitSubscriptions => false;

        public override IStreamProvider Streams(string provider = StreamProviderConformance.Provider) => SiloStreams(provider);

        protected override void AddStreams(ISiloBuilder silo)
        {
            silo.Services.AddSingleton(_hub);
            silo.AddInProcessStreams(
                StreamProviderConformance.Provider, options => options.Configure(streams => streams.MaxDeliveryTime = TimeSpan.FromSeconds(1)));
        }

        // Streams inside a process need no client.
        protected override void AddStreams(IClientBuilder client)
        {
        }
    }
}
