namespace JobRequests.Persistence.Sqlite;

/// <summary>Why a data folder cannot be used.</summary>
public enum DataFolderProblem
{
    /// <summary>Another process, or another database object of this one, holds the lock file.</summary>
    InUse,

    /// <summary>The path names a file.</summary>
    NotAFolder,

    /// <summary>The folder or its files cannot be written.</summary>
    NotWritable,

    /// <summary>The disk, or the configured maximum size, is full. Nothing of the refused write was kept.</summary>
    Full,

    /// <summary>A newer version of this software wrote the file.</summary>
    NewerVersion,

    /// <summary>The file is not a database of this library.</summary>
    Foreign,

    /// <summary>SQLite found the file damaged.</summary>
    Damaged,

    /// <summary>The write-ahead log beside the file was left by another database.</summary>
    OtherLog,

    /// <summary>A restore was cut off.</summary>
    HalfRestored,

    /// <summary>The disk reported an error; the refused write was certainly not kept.</summary>
    DiskError,
}

/// <summary>A data folder cannot be used as configured. The message is one sentence for the person who runs the process.</summary>
public sealed class DataFolderException(DataFolderProblem problem, string message, Exception? inner = null) : IOException(message, inner)
{
    public DataFolderProblem Problem { get; } = problem;
}
