namespace JobRequests.Persistence.Sqlite;

/// <summary>
/// The disk failed while a write was being committed, so nobody can say yet whether the write survives.
/// Drop what you hold in memory, read again and decide from what is stored; never report the write as failed.
/// </summary>
public sealed class CommitUnknownException(string message, Exception inner) : IOException(message, inner);
