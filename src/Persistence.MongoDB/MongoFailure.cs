using MongoDB.Driver;

namespace JobRequests.Persistence.MongoDB;

/// <summary>Sorts the driver's exceptions. Classified by code, label and type, never by message text.</summary>
internal static class MongoFailure
{
    public const int DuplicateKey = 11000;
    public const int Unauthorized = 13;

    /// <summary>
    /// Whether a write that ended so may have been done, or may yet be. Some of these say for certain that this attempt did nothing (a connection
    /// that could not be had); repeating is right for them too, and an earlier attempt may still have done it.
    /// </summary>
    public static bool IsUnknown(Exception exception) => exception switch
    {
        // A connection that is refused for its credentials will be refused again, and nothing was sent on it.
        MongoAuthenticationException => false,
        MongoConnectionException or MongoConnectionPoolPausedException or MongoWaitQueueFullException => true,
        TimeoutException or MongoExecutionTimeoutException or OperationCanceledException => true,
        MongoNotPrimaryException or MongoNodeIsRecoveringException => true,
        MongoWriteConcernException => true,
        MongoWriteException write => write.WriteConcernError is not null || (write.WriteError is { } error && IsUnknown(error.Code)),
        MongoBulkWriteException bulk => bulk.WriteConcernError is not null,
        MongoException { } labelled when labelled.HasErrorLabel("RetryableWriteError") || labelled.HasErrorLabel("NetworkError") => true,
        MongoCommandException command => IsUnknown(command.Code),
        IOException or System.Net.Sockets.SocketException => true,
        _ => false,
    };

    /// <summary>Codes with which a server says that it is not, or no longer, the one to answer, or that time ran out.</summary>
    public static bool IsUnknown(int code) => code is
        6 or 7 or 9001            // HostUnreachable, HostNotFound, SocketException: between the router and its shard
        or 50 or 89 or 262        // MaxTimeMSExpired, NetworkTimeout, ExceededTimeLimit
        or 64 or 100              // WriteConcernFailed, UnsatisfiableWriteConcern: done on the primary, perhaps nowhere else
        or 91 or 11600            // ShutdownInProgress, InterruptedAtShutdown
        or 134                    // ReadConcernMajorityNotAvailableYet
        or 189 or 10107           // PrimarySteppedDown, NotWritablePrimary
        or 11601 or 11602         // Interrupted, InterruptedDueToReplStateChange
        or 13435 or 13436;        // NotPrimaryNoSecondaryOk, NotPrimaryOrSecondary
}

/// <summary>
/// The connection or the replica set failed while a write was on its way, and kept failing, so nobody can say yet whether the write survives.
/// Drop what you hold in memory, read again and decide from what is stored; never report the write as failed.
/// </summary>
public sealed class CommitUnknownException(string message, Exception inner) : IOException(message, inner);
