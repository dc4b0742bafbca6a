using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace JobRequests.Persistence.Sqlite;

/// <summary>The databases of this process, one per data folder, so that everybody who names a folder shares its writer.</summary>
public interface ISqliteDatabases
{
    /// <summary>The folder's database; not necessarily open yet, see <see cref="SqliteDatabase.OpenAsync"/>.</summary>
    /// <param name="dataFolder"><see langword="null"/> stands for <see cref="SqliteDatabaseOptions.DataFolder"/>.</param>
    SqliteDatabase Get(string? dataFolder = null);
}

/// <summary>Closes all databases when disposed. To share files between several silos of one process (tests), register one instance in each.</summary>
public sealed class SqliteDatabases(IOptions<SqliteDatabaseOptions> options, ILogger<SqliteDatabase>? logger = null)
    : ISqliteDatabases, IAsyncDisposable, IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<SqliteDatabase>> _byFolder = new(StringComparer.Ordinal);

    public SqliteDatabase Get(string? dataFolder = null)
    {
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(dataFolder ?? options.Value.DataFolder));
        return _byFolder.GetOrAdd(folder, folder => new Lazy<SqliteDatabase>(() => new SqliteDatabase(options.Value.With(folder), logger))).Value;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var database in _byFolder.Values.Where(static database => database.IsValueCreated))
            await database.Value.DisposeAsync();
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();
}
