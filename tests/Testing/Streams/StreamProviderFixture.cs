using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Serialization;
using Orleans.Storage;
using Orleans.Streams;
using Orleans.TestingHost;

namespace JobRequests.Testing.Streams;

/// <summary>Two silos and a client on the provider under test, one for all tests of a class.</summary>
public abstract class StreamProviderFixture : IAsyncLifetime
{
    private InProcessTestCluster _cluster = null!;

    public DeliveryLog Log { get; } = new();

    public IGrainFactory Grains => _cluster.Client;

    /// <summary>Adds the providers <see cref="StreamProviderConformance.Provider"/> and <see cref="StreamProviderConformance.Filtered"/>, with explicit and
    /// implicit subscriptions.</summary>
    protected abstract void AddStreams(ISiloBuilder silo);

    protected abstract void AddStreams(IClientBuilder client);

    public virtual bool HasExplicitSubscriptions => true;

    public virtual async ValueTask InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(2);
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton(Log);
            silo.ConfigureLogging(logging => logging.SetMinimumLevel(LogLevel.None));
            silo.AddMemoryGrainStorageAsDefault().AddMemoryGrainStorage("PubSubStore");
            silo.AddMemoryGrainStorage(StreamProviderConformance.BinaryStorage,
                options =>
                    options.Configure<Serializer>((storage, serializer) => storage.GrainStorageSerializer = new OrleansGrainStorageSerializer(serializer)));
            silo.AddStreamFilter<NumberFilter>(StreamProviderConformance.Filtered);
            AddStreams(silo);
        });
        builder.ConfigureClient(AddStreams);
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public virtual async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>A provider as the client sees it; as a silo sees it, where clients have none.</summary>
    public virtual IStreamProvider Streams(string provider = StreamProviderConformance.Provider) =>
        _cluster.Client.ServiceProvider.GetRequiredKeyedService<IStreamProvider>(provider);

    protected IStreamProvider SiloStreams(string provider) => _cluster.Silos[0].ServiceProvider.GetRequiredKeyedService<IStreamProvider>(provider);
}
