using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace JobRequests.Persistence.Sqlite;

/// <summary>Turns SQLite's result codes into sentences. Classified by code, never by message text.</summary>
internal static class SqliteFailure
{
    /// <summary>Whether the failure is the environment's (disk, file, memory) and therefore hits every operation of a group alike.</summary>
    public static bool IsEnvironmental(Exception exception) => exception is SqliteException sqlite && sqlite.SqliteErrorCode
        is raw.SQLITE_FULL or raw.SQLITE_IOERR or raw.SQLITE_READONLY or raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB
        or raw.SQLITE_CANTOPEN or raw.SQLITE_NOMEM or raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_PROTOCOL;

    /// <summary>What a caller whose write was in the transaction must know when <paramref name="exception"/> ended its commit.</summary>
    public static Exception DescribeCommit(Exception exception, string folder) => exception is SqliteException { SqliteErrorCode: raw.SQLITE_IOERR }
        // The commit record may or may not have reached the disk, and a restart may still find it there. Every other code says that it was not written.
        ? new CommitUnknownException($"The disk of the data folder '{folder}' failed during a commit, so it is not known whether the write survives: read "
            + "again before deciding.", exception)
        : Describe(exception, folder);

    public static Exception Describe(Exception exception, string folder) => exception is not SqliteException sqlite
        ? exception
        : sqlite.SqliteErrorCode switch
        {
            raw.SQLITE_FULL => new DataFolderException(DataFolderProblem.Full,
                $"The data folder '{folder}' has no space left, so nothing was written: free some space, or raise MaxMegabytes if it is set; writing goes on "
                    + "by itself then.", sqlite),
            raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN or raw.SQLITE_PERM => NotWritable(folder, sqlite),
            raw.SQLITE_CORRUPT => new DataFolderException(DataFolderProblem.Damaged,
                $"The database in the data folder '{folder}' is damaged: stop the process, keep a copy of the folder, and restore the latest backup.", sqlite),
            raw.SQLITE_NOTADB => Foreign(folder, sqlite),
            raw.SQLITE_IOERR => new DataFolderException(DataFolderProblem.DiskError,
                $"The disk of the data folder '{folder}' reported an error (SQLite code {sqlite.SqliteExtendedErrorCode}): check the disk before going on.",
                sqlite),
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED => new DataFolderException(DataFolderProblem.InUse,
                $"Another program holds a lock on the database in the data folder '{folder}': close database shells and copy jobs that have it open.", sqlite),
            _ => sqlite,
        };

    public static DataFolderException NotWritable(string folder, Exception? inner) => new(DataFolderProblem.NotWritable,
        $"The data folder '{folder}' cannot be written: give the user of this process write access to the folder and its files, or set DataFolder to another "
            + "folder.", inner);

    public static DataFolderException Foreign(string folder, Exception? inner) => new(DataFolderProblem.Foreign,
        $"The file in the data folder '{folder}' was not made by this software and was left untouched: set DataFolder to another folder, or FileName to "
            + "another file.", inner);

    public static DataFolderException OtherLog(string folder, string file) => new(DataFolderProblem.OtherLog,
        $"In the data folder '{folder}' the log '{file}-wal' was left by another database than '{file}', probably because a backup was copied over it; nothing "
            + "was changed: restore the backup again so that the log goes too.");

    public static DataFolderException HalfRestored(string folder, string file) => new(DataFolderProblem.HalfRestored,
        $"A restore into the data folder '{folder}' was cut off and left '{file}': restore the backup again.");

    public static DataFolderException DeadLink(string folder, string file, string target) => new(DataFolderProblem.NotWritable,
        $"In the data folder '{folder}' the file '{file}' is a link to '{target}', which does not exist: remove the link, or make its target available.");

    public static DataFolderException Damaged(string folder, string finding) => new(DataFolderProblem.Damaged,
        $"The database in the data folder '{folder}' is damaged ({finding}): keep a copy of the folder, and restore the latest backup.");

    public static DataFolderException Newer(string folder, string what, long found, long known) => new(DataFolderProblem.NewerVersion,
        $"The database in the data folder '{folder}' was written by a newer version ({what} {found}, this version knows {known}) and was left untouched: start "
            + "that version, or set DataFolder to another folder.");
}

/// <summary>
/// The disk failed while a write was being committed, so nobody can say yet whether the write survives.
/// Drop what you hold in memory, read again and decide from what is stored; never report the write as failed.
/// </summary>
public sealed class CommitUnknownException(string message, Exception inner) : IOException(message, inner);
