namespace JobRequests.Persistence.Sqlite.Tests;

/// <summary>An open database with one table of numbers, in a folder of its own, whose commits are counted and can be made to fail.</summary>
internal sealed class TestDatabase : IAsyncDisposable
{
    private static readonly SqliteComponent Numbers = SqliteComponent.OfScripts("numbers", "CREATE TABLE numbers (n INTEGER NOT NULL PRIMARY KEY) STRICT");
    private readonly TemporaryFolder _folder;
    private int _commits;

    private TestDatabase(TemporaryFolder folder, Action<SqliteDatabaseOptions>? configure)
    {
        _folder = folder;
        var options = new SqliteDatabaseOptions { DataFolder = folder.Path };
        options.OnCommit = stage =>
        {
            if (stage == CommitStage.Before)
                Interlocked.Increment(ref _commits);
            OnCommit?.Invoke(stage);
        };
        configure?.Invoke(options);
        Database = new SqliteDatabase(options);
    }

    public SqliteDatabase Database { get; }

    public Action<CommitStage>? OnCommit { get; set; }

    public int Commits => Volatile.Read(ref _commits);

    public static async Task<TestDatabase> OpenAsync(Action<SqliteDatabaseOptions>? configure = null)
    {
        var database = new TestDatabase(new TemporaryFolder(), configure);
        await database.Database.EnsureAsync(Numbers);
        Interlocked.Exchange(ref database._commits, 0);
        return database;
    }

    public Task<int> AddAsync(int number, WritePriority priority = WritePriority.Now, CancellationToken cancellationToken = default) =>
        Database.WriteAsync(session => Add(session, number), priority, cancellationToken);

    public static int Add(SqliteSession session, int number) => session.Execute("INSERT INTO numbers (n) VALUES ($1)", number);

    public Task<List<int>> NumbersAsync() =>
        Database.ReadAsync(session => session.Query("SELECT n FROM numbers ORDER BY n", static row => row.GetInt32(0)));

    /// <summary>Keeps the writer busy, so that everything queued until the returned gate is opened lands in the next groups.</summary>
    public async Task<Gate> HoldWriterAsync()
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var opened = new ManualResetEventSlim();
        var held = Database.WriteAsync(_ =>
        {
            reached.TrySetResult();
            opened.Wait();
            return true;
        });
        await reached.Task;
        return new Gate(opened, held);
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        _folder.Dispose();
    }

    internal sealed class Gate(ManualResetEventSlim opened, Task held)
    {
        public Task OpenAsync()
        {
            opened.Set();
            return held;
        }
    }
}
