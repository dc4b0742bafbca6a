using Orleans.Storage;

namespace JobRequests.Persistence.MongoDB;

/// <summary>Settings of one named grain storage.</summary>
public sealed class MongoGrainStorageOptions : IStorageProviderSerializerOptions
{
    public const string DefaultCollection = "grainState";
    public const int DefaultMaxBatchSize = 100;
    public const int DefaultMaxBatchesInFlight = 4;
    public static readonly TimeSpan DefaultStartTimeout = TimeSpan.FromSeconds(60);
    public static readonly TimeSpan DefaultSocketTimeout = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan DefaultServerSelectionTimeout = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan DefaultWaitQueueTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Early: a database that cannot be used stops the silo before it joins a cluster.</summary>
    public const int DefaultInitStage = ServiceLifecycleStage.RuntimeStorageServices;

    /// <summary>Name of the connection string in <c>ConnectionStrings</c>; used where <see cref="ConnectionString"/> is not set.</summary>
    public string? ConnectionName { get; set; }

    /// <summary>A <c>mongodb://</c> or <c>mongodb+srv://</c> address. Its read and write concerns and read preference are ignored: this library needs its
    /// own.</summary>
    [Redact]
    public string? ConnectionString { get; set; }

    /// <summary>The database; <see langword="null"/> stands for the one that the connection string names.</summary>
    public string? Database { get; set; }

    /// <summary>The collection of all states. Several storages, services and versions of this library may share it.</summary>
    public string Collection { get; set; } = DefaultCollection;

    /// <summary>Values inside JSON states by which grains can be found.</summary>
    public IList<GrainStateIndex> Indexes { get; } = [];

    /// <summary>
    /// Whether the start creates the declared indexes that are missing. Turn it off where the service's user may not, or where the collection is
    /// so large that you want to choose the hour, and call <see cref="MongoGrainStorageIndexes.CreateAsync"/>.
    /// </summary>
    public bool CreateIndexes { get; set; } = true;

    /// <summary>How many writes of different grains may share one request. 1 sends each write alone.</summary>
    public int MaxBatchSize { get; set; } = DefaultMaxBatchSize;

    /// <summary>How many write requests may be under way at once; further writes gather meanwhile and share the next ones.</summary>
    public int MaxBatchesInFlight { get; set; } = DefaultMaxBatchesInFlight;

    /// <summary>How long the start keeps trying while the server is not up yet.</summary>
    public TimeSpan StartTimeout { get; set; } = DefaultStartTimeout;

    /// <summary>How long one request may take on the wire. The connection string's <c>socketTimeoutMS</c> overrides it.</summary>
    public TimeSpan SocketTimeout { get; set; } = DefaultSocketTimeout;

    /// <summary>How long an operation waits for a primary. The connection string's <c>serverSelectionTimeoutMS</c> overrides it.</summary>
    public TimeSpan ServerSelectionTimeout { get; set; } = DefaultServerSelectionTimeout;

    /// <summary>How long an operation waits for a free connection. The connection string's <c>waitQueueTimeoutMS</c> overrides it.</summary>
    public TimeSpan WaitQueueTimeout { get; set; } = DefaultWaitQueueTimeout;

    /// <summary>The stage of the silo's lifecycle at which the storage connects.</summary>
    public int InitStage { get; set; } = DefaultInitStage;

    /// <summary>
    /// Unless set: the serializer registered under the storage's name, else the silo's default. Indexes and queries need one that writes JSON objects.
    /// </summary>
    public IGrainStorageSerializer GrainStorageSerializer { get; set; } = default!;
}
