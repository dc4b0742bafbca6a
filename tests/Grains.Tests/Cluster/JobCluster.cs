using JobRequests.Domain;
using JobRequests.Grains.Abstractions;
using JobRequests.Streaming.InProcess;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Storage;
using Orleans.Streams;
using Orleans.TestingHost;

namespace JobRequests.Grains.Tests.Cluster;

/// <summary>Silos with the job grains on in-process streams that they share, and a storage that a test holds in its hands.</summary>
internal sealed class JobCluster : IAsyncDisposable
{
    /// <summary>A second provider for the same namespace: its commands reach the same jobs by another way.</summary>
    public const string OtherRequests = "other-requests";

    public static readonly TimeSpan WaitLimit = TimeSpan.FromSeconds(30);

    private readonly InProcessTestCluster _cluster;

    private JobCluster(InProcessTestCluster cluster, SharedStorage storage, SharedViews views)
    {
        _cluster = cluster;
        Storage = storage;
        Views = views;
    }

    public SharedStorage Storage { get; }

    public SharedViews Views { get; }

    public InProcessTestCluster Cluster => _cluster;

    public static async Task<JobCluster> StartAsync(
        short silos = 1,
        SharedStorage? storage = null,
        int queues = 8,
        Action<ISiloBuilder>? configure = null,
        params (string Key, string Value)[] settings)
    {
        storage ??= new SharedStorage();
        var views = new SharedViews();
        var hub = new InProcessStreamHub();
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)))
            .Build();
        var builder = new InProcessTestClusterBuilder(silos);
        builder.Options.InitializeClientOnDeploy = false;
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton(hub);
            silo.AddInProcessStreams(StreamNames.Requests, options => options.Configure(stream => stream.QueueCount = queues));
            // One queue, where the other has several: a job's two ways often lead through different silos.
            silo.AddInProcessStreams(OtherRequests, options => options.Configure(stream => stream.QueueCount = 1));
            silo.AddInProcessStreams(StreamNames.FinalEvents, options => options.Configure(stream => stream.AcknowledgeWhen = AcknowledgeWhen.Delivered));
            silo.Services.AddKeyedSingleton<IGrainStorage>(JobRequestOptions.StorageName, storage);
            silo.Services.AddSingleton<IJobDocumentIndex>(storage);
            silo.Services.AddSingleton<IJobViewStore>(views);
            silo.AddJobGrains(configuration);
            silo.ConfigureLogging(logging => logging.SetMinimumLevel(LogLevel.None));
            configure?.Invoke(silo);
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new JobCluster(cluster, storage, views);
    }

    public IJobRequestGrain Job(string jobRequestId, int silo = 0) =>
        Services(silo).GetRequiredService<IGrainFactory>().GetGrain<IJobRequestGrain>(jobRequestId);

    public IJobViewGrain View(string jobRequestId, int silo = 0) =>
        Services(silo).GetRequiredService<IGrainFactory>().GetGrain<IJobViewGrain>(ViewShards.Of(jobRequestId));

    public Task SendAsync(CommandEnvelope command, string provider = StreamNames.Requests, int silo = 0) =>
        Stream<CommandEnvelope>(provider, StreamId.Create(StreamNames.Requests, command.JobRequestId), silo).OnNextAsync(command);

    public Task PublishAsync(JobEvent jobEvent) =>
        Stream<JobEvent>(StreamNames.FinalEvents, StreamId.Create(StreamNames.FinalEvents, ViewShards.Of(jobEvent.JobRequestId))).OnNextAsync(jobEvent);

    /// <summary>As a gateway does it: hands the command to the stream and waits for its outcome.</summary>
    public async Task<JobRequestReply> ExecuteAsync(CommandEnvelope command)
    {
        await SendAsync(command);
        return await Job(command.JobRequestId).GetOutcome(Workbench.Query(command), TimeSpan.FromSeconds(20)).WaitAsync(WaitLimit);
    }

    public async Task<string> CreateJobAsync(DateTimeOffset? expiresAt = null, params string[] candidates)
    {
        var create = Jobs.Create(expiresAt, candidates);
        Assert.IsType<JobRequestReply.Succeeded>(await ExecuteAsync(create));
        return create.JobRequestId;
    }

    /// <summary>Waits until the job's view has reached <paramref name="version"/>.</summary>
    public async Task<JobSnapshot> ReadViewAsync(string jobRequestId, int version)
    {
        var view = await View(jobRequestId).Read(jobRequestId, new Caller("", IsAdmin: true), version, TimeSpan.FromSeconds(20)).WaitAsync(WaitLimit);
        Assert.True(view?.Version >= version, $"The view of job {jobRequestId} was to reach version {version}; it is at {view?.Version}.");
        return view!;
    }

    /// <summary>Ends the activations of a job and of its view's shard.</summary>
    public async Task DeactivateAsync(string jobRequestId)
    {
        await _cluster.DeactivateAsync(Job(jobRequestId).GetGrainId()).WaitAsync(WaitLimit);
        await _cluster.DeactivateAsync(View(jobRequestId).GetGrainId()).WaitAsync(WaitLimit);
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    private IServiceProvider Services(int silo) => _cluster.Silos[silo].ServiceProvider;

    private IAsyncStream<T> Stream<T>(string provider, StreamId id, int silo = 0) =>
        Services(silo).GetRequiredKeyedService<IStreamProvider>(provider).GetStream<T>(id);
}

/// <summary>Commands on jobs of rita, each job its own.</summary>
internal static class Jobs
{
    private static int _number;

    public static CommandEnvelope Create(DateTimeOffset? expiresAt = null, params string[] candidates)
    {
        var key = $"job-{Interlocked.Increment(ref _number)}";
        return Command(
            JobRequestId.Derive(Workbench.Requester, key),
            Workbench.Requester,
            new JobRequestCommand.Create(candidates is [] ? ["ann", "bob"] : [.. candidates], [], null, expiresAt),
            key);
    }

    public static CommandEnvelope Accept(string job, string person) => Command(job, person, new JobRequestCommand.Accept(), "a");

    public static CommandEnvelope Command(string job, string person, JobRequestCommand command, string key) =>
        new(job, Workbench.Person(person), key, "f", DateTimeOffset.UtcNow.AddTicks(Interlocked.Increment(ref _number)), DateTimeOffset.UtcNow.AddMinutes(1),
            null, command, null);
}
