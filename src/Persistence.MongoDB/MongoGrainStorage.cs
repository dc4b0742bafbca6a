using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MongoDB.Driver;
using Orleans.Configuration;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace JobRequests.Persistence.MongoDB;

/// <summary>
/// Grain storage on a MongoDB collection. Key and index scheme: see <see cref="GrainDocument"/>.
/// Every write and clear is a compare-and-set on the ETag, never an upsert, and a task that completes means that a majority has it on disk.
/// </summary>
/// <remarks>
/// <para>A write with <c>ETag == null</c> inserts only. Success gives a new ETag of 128 random bits, also for equal content; there is no "*".
/// On any failure the passed state is as it was.</para>
/// <para><see cref="InconsistentStateException"/>: the record is not what the caller read. <see cref="CommitUnknownException"/>: the connection
/// or the replica set kept failing; drop the state and read again. Any other exception of a write: certainly not written.</para>
/// </remarks>
public sealed partial class MongoGrainStorage : IGrainStorage, ILifecycleParticipant<ISiloLifecycle>
{
    private readonly string _name;
    private readonly MongoGrainStorageOptions _options;
    private readonly MongoConnection _connection;
    private readonly MongoCompareAndSet _compareAndSet;
    private readonly GrainKeys _keys;
    private readonly MongoGrainReader _reader;
    private readonly IActivatorProvider _activators;
    private readonly TimeProvider _time;
    private readonly ILogger<MongoGrainStorage> _logger;

    internal MongoGrainStorage(
        string name,
        MongoGrainStorageOptions options,
        MongoConnection connection,
        IOptions<ClusterOptions> cluster,
        IActivatorProvider activators,
        TimeProvider time,
        ILogger<MongoGrainStorage> logger)
    {
        _name = name;
        _options = options;
        _connection = connection;
        _keys = new GrainKeys(cluster.Value.ServiceId);
        _reader = new MongoGrainReader(connection, _keys);
        _activators = activators;
        _time = time;
        _logger = logger;
        var requests = new MongoWriteRequests(connection);
        _compareAndSet = new MongoCompareAndSet(name, new MongoWriter(requests, options.MaxBatchSize, options.MaxBatchesInFlight), requests, time, logger);
    }

    /// <summary>The database that holds this storage's collection, with majority write and read concern; other components may keep their own collections in
    /// it.</summary>
    public IMongoDatabase Database => _connection.Database;

    public void Participate(ISiloLifecycle observer) =>
        observer.Subscribe(OptionFormattingUtilities.Name<MongoGrainStorage>(_name), _options.InitStage, InitializeAsync);

    /// <summary>Waits for the server, up to the option's time, and makes the declared indexes. The silo's lifecycle calls it.</summary>
    /// <exception cref="MongoStartException">Why the storage cannot be used, in one sentence.</exception>
    public async Task InitializeAsync(CancellationToken cancellationToken = default)
    {
        var start = new MongoStart(_name, _options, _connection, _time, _logger);
        await start.WaitForServerAsync(cancellationToken);
        await start.EnsureIndexesAsync(_keys.ServiceId, cancellationToken);
        LogInitialized(_name, _keys.ServiceId, _connection.Documents.CollectionNamespace.FullName, _connection.Servers);
    }

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        ReadStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(grainState);
        var document = await _reader.FindAsync(stateName, grainId.ToString(), cancellationToken);
        if (document is null)
        {
            Reset(grainState);
            return;
        }
        var state = Deserialize<T>(document.ReadData());
        var etag = document.ReadETag();
        grainState.State = state is null ? Create<T>() : state;
        grainState.ETag = etag;
        grainState.RecordExists = true;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        WriteStateAsync(stateName, grainId, grainState, CancellationToken.None);

    /// <param name="cancellationToken">Obeyed until the write is sent, not after: the answer would be neither yes nor no.</param>
    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(grainState);
        cancellationToken.ThrowIfCancellationRequested();
        var id = _keys.Of(stateName, grainId.ToString());
        var expected = grainState.ETag;
        var etag = NewETag();
        // Serialized before the first await: what is written is what the state was at the call.
        var document = GrainDocument.Encode(id, etag, _time.GetUtcNow(), _options.GrainStorageSerializer.Serialize(grainState.State), out var isJson);
        if (!isJson && _options.Indexes.Any(index => index.StateName == stateName))
            throw new InvalidOperationException(
                $"State '{stateName}' has indexes, so its serializer must write a JSON object that BSON can hold; storage '{_name}' got something else.");
        if (document.Bytes.Length > GrainDocument.MaxSize)
            throw new InvalidOperationException($"Record '{id}' would have {document.Bytes.Length} bytes, and MongoDB takes no document above "
                + $"{GrainDocument.MaxSize}: storage '{_name}' did not write it.");

        await _compareAndSet.WriteAsync(
            new WriteOperation(expected is null ? WriteKind.Insert : WriteKind.Replace, id, expected, etag, document, cancellationToken));

        grainState.ETag = etag;
        grainState.RecordExists = true;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        ClearStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(grainState);
        cancellationToken.ThrowIfCancellationRequested();
        var id = _keys.Of(stateName, grainId.ToString());

        if (grainState.ETag is { } expected)
            await _compareAndSet.WriteAsync(new WriteOperation(WriteKind.Delete, id, expected, "", null, cancellationToken));
        else
            await _compareAndSet.MustNotExistAsync(id, cancellationToken);

        Reset(grainState);
    }

    private T? Deserialize<T>(BinaryData data) => _options.GrainStorageSerializer.Deserialize<T>(data);

    private T Create<T>() => _activators.GetActivator<T>().Create();

    private void Reset<T>(IGrainState<T> grainState)
    {
        grainState.State = Create<T>();
        grainState.ETag = null;
        grainState.RecordExists = false;
    }

    private static string NewETag() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    [LoggerMessage(Level = LogLevel.Information, Message = "MongoDB grain storage {Name} of service {ServiceId} uses {Collection} at {Servers}")]
    private partial void LogInitialized(string name, string serviceId, string collection, string servers);
}
