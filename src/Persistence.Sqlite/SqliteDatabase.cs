using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace JobRequests.Persistence.Sqlite;

/// <summary>
/// One database file in one data folder, owned by this process alone. Writes go through one thread that commits them in groups; reads run
/// beside it on threads of their own and see every write whose task has completed.
/// </summary>
/// <remarks>Files in the folder: <c>{file}</c>, <c>{file}-wal</c>, <c>{file}-shm</c>, and <c>{file}.lock</c>, held while the database is open.</remarks>
public sealed class SqliteDatabase : IAsyncDisposable, IDisposable
{
    private readonly SqliteDatabaseOptions _options;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _opening = new(1, 1);
    private readonly SemaphoreSlim _backup = new(1, 1);
    private readonly CancellationTokenSource _closing = new();
    private volatile OpenDatabase? _open;
    private bool _disposed;

    public SqliteDatabase(SqliteDatabaseOptions options, ILogger<SqliteDatabase>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        SqliteDatabaseOptionsValidator.Check(options);
        _options = options.With(Path.GetFullPath(options.DataFolder));
        _logger = logger ?? NullLogger<SqliteDatabase>.Instance;
    }

    /// <summary>The data folder's full path.</summary>
    public string DataFolder => _options.DataFolder;

    /// <summary>The database file's full path.</summary>
    public string FilePath => _options.DatabaseFile;

    /// <summary>
    /// Takes the folder's lock, checks the file's version, and starts the threads. Does nothing when the database is open already;
    /// may be called again after it failed.
    /// </summary>
    /// <exception cref="DataFolderException">The folder cannot be used; the message says what to do, and nothing in it was changed.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken = default)
    {
        if (_open is not null)
            return;
        await _opening.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _open ??= await Task.Factory.StartNew(
                () => OpenDatabase.Open(_options, _logger), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>Opens the database if needed and brings a component's tables up to date. Cheap when they are.</summary>
    /// <exception cref="DataFolderException">The folder cannot be used, or a newer version of the component wrote the file.</exception>
    public async Task EnsureAsync(SqliteComponent component, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(component);
        await OpenAsync(cancellationToken);
        await WriteAsync(session =>
        {
            SqliteSchema.Migrate(session, component, DataFolder);
            return true;
        }, WritePriority.Now, cancellationToken);
    }

    /// <summary>
    /// Runs <paramref name="operation"/> on the writer's thread inside a transaction that it may share with others. The task completes
    /// after the commit reached the disk.
    /// </summary>
    /// <param name="operation">
    /// Must only touch the session, must not begin or end a transaction, and may run twice (when a neighbour in its group failed).
    /// A compare-and-set that changed no row is a result, not an exception. What it throws fails this operation alone.
    /// </param>
    /// <param name="priority">Whether to commit at once or to wait for company.</param>
    /// <param name="cancellationToken">Honoured until the writer takes the operation; after that the outcome is reported.</param>
    /// <exception cref="DataFolderException">Disk full, disk error, not writable: nothing of the operation was kept.</exception>
    /// <exception cref="CommitUnknownException">The disk failed during the commit; read again before deciding.</exception>
    public Task<T> WriteAsync<T>(Func<SqliteSession, T> operation, WritePriority priority = WritePriority.Now, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(operation);
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<T>(cancellationToken);
        var queued = new WriteOperation<T>(operation, priority, cancellationToken);
        if (!Current.Writer.TryEnqueue(queued))
            queued.Fail(new ObjectDisposedException(nameof(SqliteDatabase)));
        return queued.Task;
    }

    /// <summary>
    /// Runs <paramref name="read"/> on a reader's thread. Each statement sees one consistent state, with every write acknowledged before.
    /// </summary>
    /// <param name="cancellationToken">Also ends a statement that runs.</param>
    public Task<T> ReadAsync<T>(Func<SqliteSession, T> read, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(read);
        var open = Current;
        var queued = new ReadOperation<T>(read, open.Faults, cancellationToken);
        return open.Readers.TryEnqueue(queued) ? queued.Task : Task.FromException<T>(new ObjectDisposedException(nameof(SqliteDatabase)));
    }

    /// <summary>Whether the database can be used: it answers a read, no write fails at present, and nothing has found it damaged.</summary>
    /// <exception cref="DataFolderException">It cannot; the message says what to do.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken = default)
    {
        if (Current.Faults.Damage is { } damage)
            throw damage;
        // While this answers no, nobody may send anything to write: a write of its own finds out whether writing works again.
        if (Current.Faults.Write is not null)
            await WriteAsync(static session => session.Execute("UPDATE file_identity SET id = id"), cancellationToken: cancellationToken);
        await ReadAsync(static session => session.First("SELECT count(*) FROM sqlite_schema", static row => row.GetInt32(0), 0), cancellationToken);
    }

    /// <summary>Writes a consistent copy of the database while reads and writes go on. The copy opens like any data folder's file.</summary>
    /// <param name="targetFile">Must not exist yet; its folder must.</param>
    /// <exception cref="IOException">The target exists, or cannot be written.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, or the database is being closed; nothing is left behind.</exception>
    public async Task BackupAsync(string targetFile, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(targetFile);
        _ = Current;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
        await _backup.WaitAsync(either.Token);
        try
        {
            await Task.Factory.StartNew(() => SqliteBackup.Write(FilePath, Path.GetFullPath(targetFile), either.Token),
                either.Token, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            _backup.Release();
        }
    }

    /// <summary>Commits what is queued, folds the log into the file, and releases the folder.</summary>
    public async ValueTask DisposeAsync()
    {
        await _opening.WaitAsync();
        try
        {
            if (_disposed)
                return;
            _disposed = true;
            await _closing.CancelAsync();
            await _backup.WaitAsync();
            if (_open is { } open)
                await open.CloseAsync();
        }
        finally
        {
            _opening.Release();
        }
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private OpenDatabase Current =>
        _open ?? throw new InvalidOperationException($"The database in '{DataFolder}' is not open; call {nameof(OpenAsync)} first.");

    private sealed record OpenDatabase(DataFolderLock Lock, SqliteWriter Writer, SqliteReaders Readers, SqliteFaults Faults)
    {
        public static OpenDatabase Open(SqliteDatabaseOptions options, ILogger logger)
        {
            var held = DataFolderLock.Take(options.DataFolder, options.DatabaseFile + ".lock");
            SqliteSession? writer = null;
            try
            {
                var endedUncleanly = new FileInfo(options.DatabaseFile + "-wal") is { Exists: true, Length: > 0 };
                if (endedUncleanly)
                    SqliteIdentity.CheckLog(options, held.Note);
                SqliteSchema.Inspect(options);
                if (!File.Exists(options.DatabaseFile))
                    OwnerOnly.Create(options.DatabaseFile).Dispose();
                writer = SqliteConnections.OpenWriter(options);
                if (endedUncleanly)
                    SqliteSchema.CheckContent(writer, options.DataFolder);
                SqliteSchema.Initialize(writer);
                var identity = SqliteIdentity.Ensure(writer);
                if (held.Note != identity)
                    held.Note = identity;
                var readers = new SqliteReaders(options);
                var faults = new SqliteFaults(options.DataFolder);
                return new OpenDatabase(held, new SqliteWriter(options, writer, faults, logger), readers, faults);
            }
            catch (Exception exception)
            {
                writer?.Dispose();
                held.Dispose();
                if (exception is SqliteException)
                    throw SqliteFailure.Describe(exception, options.DataFolder);
                throw;
            }
        }

        public async Task CloseAsync()
        {
            try
            {
                // Readers first: one that still reads would keep the log from being folded into the file.
                await Readers.StopAsync();
                await Writer.StopAsync();
            }
            finally
            {
                Lock.Dispose();
            }
        }
    }
}
