using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace JobRequests.Persistence.Sqlite;

/// <summary>
/// Grain storage on a <see cref="SqliteDatabase"/>. Key and index scheme: see <see cref="GrainStateTable"/>.
/// Every write and clear is a compare-and-set on the ETag, and a task that completes means the change is on the disk.
/// </summary>
/// <remarks>
/// <para>A write with <c>ETag == null</c> inserts only. Success gives a new ETag of 128 random bits, also for equal content; there is no "*".
/// On any failure the passed state is as it was.</para>
/// <para><see cref="InconsistentStateException"/>: the record changed since it was read. <see cref="DataFolderException"/>: certainly not
/// written. <see cref="CommitUnknownException"/>: the disk failed and kept failing; drop the state and read again.</para>
/// </remarks>
public sealed partial class SqliteGrainStorage : IGrainStorage, ILifecycleParticipant<ISiloLifecycle>
{
    // After a commit with an unknown result the identical operation is repeated: it either succeeds, or finds its own ETag, or a conflict.
    private const int Repeats = 3;
    private static readonly TimeSpan RepeatDelay = TimeSpan.FromMilliseconds(50);

    private readonly string _name;
    private readonly SqliteGrainStorageOptions _options;
    private readonly SqliteDatabase _database;
    private readonly string _serviceId;
    private readonly IActivatorProvider _activators;
    private readonly TimeProvider _time;
    private readonly ILogger<SqliteGrainStorage> _logger;

    public SqliteGrainStorage(
        string name,
        SqliteGrainStorageOptions options,
        SqliteDatabase database,
        IOptions<ClusterOptions> cluster,
        IActivatorProvider activators,
        TimeProvider time,
        ILogger<SqliteGrainStorage> logger)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        _name = name;
        _options = options;
        _database = database;
        _serviceId = cluster.Value.ServiceId;
        _activators = activators;
        _time = time;
        _logger = logger;
    }

    /// <summary>The database that holds this storage's records.</summary>
    public SqliteDatabase Database => _database;

    public void Participate(ISiloLifecycle observer) =>
        observer.Subscribe(OptionFormattingUtilities.Name<SqliteGrainStorage>(_name), _options.InitStage, InitializeAsync);

    /// <summary>Opens the database, brings the table up to date and makes the declared indexes. The silo's lifecycle calls it.</summary>
    public async Task InitializeAsync(CancellationToken cancellationToken = default)
    {
        await _database.EnsureAsync(GrainStateTable.Component, cancellationToken);
        foreach (var index in _options.Indexes)
        {
            await _database.WriteAsync(session =>
            {
                session.Script(index.CreateSql);
                return true;
            }, WritePriority.Now, cancellationToken);
        }
        LogInitialized(_name, _serviceId, _database.FilePath);
    }

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        ReadStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(grainState);
        var key = KeyOf(stateName, grainId);
        var record = await _database.ReadAsync(session => GrainStateTable.Read(session, key), cancellationToken);
        if (record is { } found)
        {
            var state = Deserialize<T>(new BinaryData(found.Data));
            grainState.State = state is null ? Create<T>() : state;
            grainState.ETag = found.ETag;
            grainState.RecordExists = true;
        }
        else
        {
            Reset(grainState);
        }
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        WriteStateAsync(stateName, grainId, grainState, WritePriority.Now, CancellationToken.None);

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken) =>
        WriteStateAsync(stateName, grainId, grainState, WritePriority.Now, cancellationToken);

    /// <summary>As the interface's method; <see cref="WritePriority.Soon"/> may wait to share its commit with other writes.</summary>
    public async Task WriteStateAsync<T>(
        string stateName, GrainId grainId, IGrainState<T> grainState, WritePriority priority, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(grainState);
        var key = KeyOf(stateName, grainId);
        var expected = grainState.ETag;
        var etag = NewETag();
        // Serialized before the first await: what is written is what the state was at the call.
        var data = new RecordData(_options.GrainStorageSerializer.Serialize(grainState.State));
        if (!data.IsJson && _options.Indexes.Any(index => index.StateName == stateName))
            throw new InvalidOperationException(
                $"State '{stateName}' has indexes, so its serializer must write a JSON object; storage '{_name}' got something else.");
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();

        await CompareAndSetAsync("write", key, expected, session =>
        {
            var done = expected is null
                ? GrainStateTable.Insert(session, key, etag, now, data)
                : GrainStateTable.Update(session, key, etag, now, data, expected);
            if (done)
                return CompareAndSet.Done;
            var stored = GrainStateTable.ReadETag(session, key);
            return stored == etag ? CompareAndSet.Done : CompareAndSet.Conflict(stored);
        }, priority, cancellationToken);

        grainState.ETag = etag;
        grainState.RecordExists = true;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        ClearStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(grainState);
        var key = KeyOf(stateName, grainId);
        var expected = grainState.ETag;
        var attempts = 0;

        await CompareAndSetAsync("clear", key, expected, session =>
        {
            if (expected is not null && GrainStateTable.Delete(session, key, expected))
                return CompareAndSet.Done;
            var stored = GrainStateTable.ReadETag(session, key);
            // Nothing there: fine for a caller who knew of nothing, and for a repeat whose first attempt did the work.
            return stored is null && (expected is null || attempts > 1) ? CompareAndSet.Done : CompareAndSet.Conflict(stored);
        }, WritePriority.Now, cancellationToken, () => attempts++);

        Reset(grainState);
    }

    private async Task CompareAndSetAsync(
        string verb, RecordKey key, string? expected, Func<SqliteSession, CompareAndSet> operation, WritePriority priority,
        CancellationToken cancellationToken, Action? attempting = null)
    {
        CommitUnknownException? unknown = null;
        for (var repeat = 0; ; repeat++)
        {
            try
            {
                attempting?.Invoke();
                var result = await _database.WriteAsync(operation, priority, cancellationToken);
                if (result.Succeeded)
                    return;
                SqliteMetrics.Conflict();
                // The words of Orleans' own providers, whose messages people search for.
                throw new InconsistentStateException(
                    $"The record changed since it was read, so the {verb} was refused: ServiceId={key.ServiceId} ProviderName={_name} "
                        + $"GrainType={key.StateName} GrainId={key.GrainId} ETag={expected}.",
                    result.Stored, expected);
            }
            catch (CommitUnknownException exception)
            {
                unknown ??= exception;
            }
            catch (DataFolderException) when (unknown is not null)
            {
                // This attempt certainly did nothing, but the first one still may have.
            }
            if (repeat == Repeats)
                throw unknown;
            LogCommitUnknown(unknown, verb, key, repeat + 1);
            // The caller may no longer give up: the answer would be neither yes nor no.
            cancellationToken = CancellationToken.None;
            await Task.Delay(RepeatDelay, CancellationToken.None);
        }
    }

    private T? Deserialize<T>(BinaryData data) => _options.GrainStorageSerializer.Deserialize<T>(data);

    private T Create<T>() => _activators.GetActivator<T>().Create();

    private void Reset<T>(IGrainState<T> grainState)
    {
        grainState.State = Create<T>();
        grainState.ETag = null;
        grainState.RecordExists = false;
    }

    private RecordKey KeyOf(string stateName, GrainId grainId) => new(_serviceId, stateName, grainId.ToString());

    private static string NewETag() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    private readonly record struct CompareAndSet(bool Succeeded, string? Stored)
    {
        public static readonly CompareAndSet Done = new(true, null);

        public static CompareAndSet Conflict(string? stored) => new(false, stored);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "SQLite grain storage {Name} of service {ServiceId} uses {File}")]
    private partial void LogInitialized(string name, string serviceId, string file);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The commit of a {Verb} of {Key} has an unknown outcome; repeat {Repeat} finds out.")]
    private partial void LogCommitUnknown(Exception exception, string verb, RecordKey key, int repeat);
}
