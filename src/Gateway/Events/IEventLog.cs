namespace JobRequests.Gateway.Events;

/// <summary>The log behind the feed, for clients that were away for longer than the gateway remembers.</summary>
internal interface IEventLog
{
    /// <summary>
    /// The records from a cursor up to offsets, each partition's in order; null where they are not there any more, too many, or cannot be read now.
    /// </summary>
    Task<IReadOnlyList<FeedInput.Record>?> ReadAsync(FeedCursor from, long[] to, CancellationToken cancellationToken);
}
