namespace JobRequests.Gateway.Events;

/// <summary>
/// Brings a client that was away up to date: from what the gateway remembers, before that from the log. If neither reaches back to its
/// cursor, it is told to reload.
/// </summary>
internal sealed class FeedCatchUp(JobEventFeed feed, IEventLog log, AudienceReader audiences)
{
    private const int AtOnce = 256;

    /// <param name="listener">Whose client it is.</param>
    /// <param name="cursor">Where the client was.</param>
    /// <param name="tell">Told events in their order, some at a time.</param>
    /// <param name="aborted">The client has gone.</param>
    /// <returns>
    /// When everything up to now is told and <paramref name="listener"/> listens from there on: the cursor, and whether nothing was left out.
    /// </returns>
    public async Task<(string Cursor, bool IsComplete)> BringUpToDateAsync(
        EventListener listener, FeedCursor cursor, Func<IReadOnlyList<(FeedEvent Event, EventRole Role)>, ValueTask> tell, CancellationToken aborted)
    {
        var told = new Dictionary<string, int>(StringComparer.Ordinal);
        long? next = null;
        while (true)
        {
            switch (feed.CatchUp(listener, cursor, next, AtOnce))
            {
                case CatchUp.Live live:
                    return (live.Cursor, true);
                case CatchUp.Part part when await TellAsync(part.Events):
                    next = part.Next;
                    break;
                case CatchUp.Older older when await log.ReadAsync(cursor, older.Floor, aborted) is { } records && await TellAsync(ToEvents(cursor, records)):
                    cursor = cursor.AtLeast(older.Floor);
                    break;
                default:
                    return (feed.ListenToAll(listener), false);
            }
        }

        async Task<bool> TellAsync(IReadOnlyCollection<FeedEvent> events)
        {
            if (!await audiences.FindAsync(events, aborted)) return false;
            var visible = new List<(FeedEvent, EventRole)>(events.Count);
            foreach (var each in events)
            {
                var (job, version) = (each.Event.JobRequestId, each.Event.Version);
                var role = each.Audience!.RoleOf(listener.Caller);
                if (role == EventRole.Nothing || told.TryGetValue(job, out var seen) && version <= seen) continue;
                told[job] = version;
                visible.Add((each, role));
            }

            await tell(visible);
            return true;
        }
    }

    private List<FeedEvent> ToEvents(FeedCursor cursor, IReadOnlyList<FeedInput.Record> records)
    {
        var offsets = cursor.ToArray();
        var events = new List<FeedEvent>(records.Count);
        foreach (var record in records)
        {
            offsets[record.Partition] = record.Offset + 1;
            if (record.Event is not { } jobEvent) continue;
            var feedEvent = new FeedEvent(jobEvent, sequence: -1, record.Partition, record.Offset, new FeedCursor(cursor.Log, offsets).ToString());
            audiences.Observe(feedEvent);
            events.Add(feedEvent);
        }

        return events;
    }
}
