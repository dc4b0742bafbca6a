namespace JobRequests.Persistence.MongoDB;

/// <summary>
/// The connection or the replica set failed while a write was on its way, and kept failing, so nobody can say yet whether the write survives.
/// Drop what you hold in memory, read again and decide from what is stored; never report the write as failed.
/// </summary>
public sealed class CommitUnknownException(string message, Exception inner) : IOException(message, inner);
