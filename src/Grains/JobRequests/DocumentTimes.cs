namespace JobRequests.Grains;

/// <summary>A write that was acknowledged, and how many entries it added to the ledger.</summary>
internal readonly record struct Commit(int Entries, DateTimeOffset AcknowledgedAt);

/// <summary>
/// Times that are known only when a document has been written: they travel with its next write. After a crash in between they stay
/// unknown, and nothing depends on them.
/// </summary>
internal static class DocumentTimes
{
    public static JobDocument Add(JobDocument document, Commit? lastWrite, IReadOnlyDictionary<int, DateTimeOffset>? publishedAt)
    {
        if (lastWrite is { Entries: > 0 } write) document = document with { Requests = Committed(document.Requests, write) };
        if (publishedAt is { Count: > 0 }) document = document with { Events = Published(document.Events, publishedAt) };
        return document;
    }

    private static List<LedgerEntry> Committed(List<LedgerEntry> entries, Commit write)
    {
        List<LedgerEntry> timed = [.. entries];
        for (var i = Math.Max(0, timed.Count - write.Entries); i < timed.Count; i++)
            timed[i] = timed[i] with { CommitMs = Milliseconds(timed[i].At, write.AcknowledgedAt) };
        return timed;
    }

    private static List<StoredEvent> Published(List<StoredEvent> events, IReadOnlyDictionary<int, DateTimeOffset> publishedAt) => events.ConvertAll(stored =>
        stored.PublishMs is null && publishedAt.TryGetValue(stored.N, out var at) ? stored with { PublishMs = Milliseconds(stored.At, at) } : stored);

    // The time of a decision is never before that of the last event, so it may be ahead of this clock.
    private static int Milliseconds(DateTimeOffset from, DateTimeOffset to) => (int)Math.Clamp((to - from).TotalMilliseconds, 0, int.MaxValue);
}
