using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Streams;
using Orleans.TestingHost;

namespace JobRequests.Testing;

/// <summary>Silos on the streams under test, in this process.</summary>
public sealed class StreamCluster : IAsyncDisposable
{
    public static readonly TimeSpan WaitLimit = TimeSpan.FromSeconds(30);

    private readonly InProcessTestCluster _cluster;

    private StreamCluster(InProcessTestCluster cluster, StreamScript script)
    {
        _cluster = cluster;
        Script = script;
    }

    public StreamScript Script { get; }

    public InProcessTestCluster Cluster => _cluster;

    /// <param name="addStreams">Adds the provider <see cref="StreamConformance.Provider"/> to a silo.</param>
    /// <param name="silos">How many.</param>
    public static async Task<StreamCluster> StartAsync(Action<ISiloBuilder> addStreams, short silos = 1)
    {
        var script = new StreamScript();
        var builder = new InProcessTestClusterBuilder(silos);
        builder.Options.InitializeClientOnDeploy = false;
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton(script);
            silo.ConfigureLogging(logging => logging.SetMinimumLevel(LogLevel.None));
            addStreams(silo);
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new StreamCluster(cluster, script);
    }

    /// <summary>A key that no other test uses.</summary>
    public static string NewKey() => Guid.NewGuid().ToString();

    public IGrainFactory Grains(int silo = 0) => _cluster.Silos[silo].ServiceProvider.GetRequiredService<IGrainFactory>();

    public IAsyncStream<Numbered> Stream(string key, int silo = 0, string streamNamespace = StreamConformance.Namespace) =>
        _cluster.Silos[silo].ServiceProvider.GetRequiredKeyedService<IStreamProvider>(StreamConformance.Provider)
            .GetStream<Numbered>(StreamId.Create(streamNamespace, key));

    public Task SendAsync(string key, int number, int silo = 0) => Stream(key, silo).OnNextAsync(new Numbered(key, number));

    public async Task SendAsync(string key, IEnumerable<int> numbers)
    {
        foreach (var number in numbers) await SendAsync(key, number);
    }

    /// <summary>Waits until the stream's consumer has handled event <paramref name="number"/>.</summary>
    public async Task UntilReceivedAsync(string key, int number)
    {
        var received = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Script.Handled += Look;
        try
        {
            Look(key);
            await received.Task.WaitAsync(WaitLimit);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"Stream {key} was to receive event {number} within {WaitLimit}; it has received [{string.Join(", ", Script.Received(key))}] in "
                + $"{Script.Calls(key)} calls.");
        }
        finally
        {
            Script.Handled -= Look;
        }

        void Look(string handled)
        {
            if (handled == key && Script.Received(key).Contains(number)) received.TrySetResult();
        }
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();
}
