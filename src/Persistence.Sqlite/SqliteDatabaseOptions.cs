namespace JobRequests.Persistence.Sqlite;

/// <summary>Settings of one <see cref="SqliteDatabase"/>. Everything but the folder has a default that fits a small server.</summary>
public sealed class SqliteDatabaseOptions
{
    public const string DefaultDataFolder = "data";
    public const string DefaultFileName = "grains.db";
    public const int DefaultMaxGroupSize = 256;
    public const int DefaultReaders = 3;
    public static readonly TimeSpan DefaultCoalesceWindow = TimeSpan.FromMilliseconds(20);
    public static readonly TimeSpan DefaultBusyTimeout = TimeSpan.FromSeconds(5);

    /// <summary>The folder that holds the database file and its lock file; it is made when it does not exist.</summary>
    public string DataFolder { get; set; } = DefaultDataFolder;

    /// <summary>Name of the database file inside <see cref="DataFolder"/>; <c>{name}.lock</c>, <c>-wal</c> and <c>-shm</c> lie beside it.</summary>
    public string FileName { get; set; } = DefaultFileName;

    /// <summary>The most operations one transaction holds.</summary>
    public int MaxGroupSize { get; set; } = DefaultMaxGroupSize;

    /// <summary>How long a <see cref="WritePriority.Soon"/> operation may wait for others to share its commit.</summary>
    public TimeSpan CoalesceWindow { get; set; } = DefaultCoalesceWindow;

    /// <summary>Reader threads, each with its own connection; should be more than the long reads that run at once.</summary>
    public int Readers { get; set; } = DefaultReaders;

    /// <summary>How long SQLite waits for a lock that another tool (a shell, a copy) holds on the file.</summary>
    public TimeSpan BusyTimeout { get; set; } = DefaultBusyTimeout;

    /// <summary>The most megabytes the database file may grow to; <see langword="null"/> leaves it to the disk.</summary>
    public int? MaxMegabytes { get; set; }

    /// <summary>Test seam: called around each COMMIT on the writer's thread; what it throws is treated as thrown by SQLite.</summary>
    internal Action<CommitStage>? OnCommit { get; set; }

    internal string DatabaseFile => Path.Combine(DataFolder, FileName);

    internal SqliteDatabaseOptions With(string dataFolder)
    {
        var copy = (SqliteDatabaseOptions)MemberwiseClone();
        copy.DataFolder = dataFolder;
        return copy;
    }
}

internal enum CommitStage
{
    Before,
    After,
}
