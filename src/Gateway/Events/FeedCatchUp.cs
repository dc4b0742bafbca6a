namespace JobRequests.Gateway.Events;

/// <summary>
/// Brings a client that was away to where the feed is: from what the gateway remembers, before that from the log. Where neither reaches back
/// to its place, it is told to reload.
/// </summary>
internal sealed class FeedCatchUp(JobEventFeed feed, IEventLog log, JobPeopleReader people)
{
    private const int AtOnce = 256;

    /// <param name="listener">Whose client it is.</param>
    /// <param name="place">Where the client is.</param>
    /// <param name="tell">Told events in their order, some at a time.</param>
    /// <param name="aborted">The client has gone.</param>
    /// <returns>When everything up to now is told and <paramref name="listener"/> listens from there on: the place, and whether nothing was left out.</returns>
    public async Task<(string Cursor, bool IsComplete)> BringUpToDateAsync(
        EventListener listener, FeedCursor place, Func<IReadOnlyList<(FeedEvent Event, EventRole Role)>, ValueTask> tell, CancellationToken aborted)
    {
        var told = new Dictionary<string, int>(StringComparer.Ordinal);
        long? next = null;
        while (true)
        {
            switch (feed.CatchUp(listener, place, next, AtOnce))
            {
                case CatchUp.Live live:
                    return (live.Cursor, true);
                case CatchUp.Part part when await TellAsync(part.Events):
                    next = part.Next;
                    break;
                case CatchUp.Older older when await log.ReadAsync(place, older.Floor, aborted) is { } records && await TellAsync(Place(place, records)):
                    place = place.AtLeast(older.Floor);
                    break;
                default:
                    return (feed.ListenToAll(listener), false);
            }
        }

        async Task<bool> TellAsync(IReadOnlyCollection<FeedEvent> events)
        {
            if (!await people.FindAsync(events, aborted)) return false;
            var visible = new List<(FeedEvent, EventRole)>(events.Count);
            foreach (var each in events)
            {
                var (job, version) = (each.Event.JobRequestId, each.Event.Version);
                if (each.People!.RoleOf(
                    listener.Caller) is not (var role and not EventRole.Nothing) || told.TryGetValue(job, out var seen) && version <= seen) continue;
                told[job] = version;
                visible.Add((each, role));
            }

            await tell(visible);
            return true;
        }
    }

    private List<FeedEvent> Place(FeedCursor place, IReadOnlyList<FeedInput.Record> records)
    {
        var offsets = place.ToArray();
        var events = new List<FeedEvent>(records.Count);
        foreach (var record in records)
        {
            offsets[record.Partition] = record.Offset + 1;
            if (record.Event is not { } jobEvent) continue;
            var feedEvent = new FeedEvent(jobEvent, sequence: -1, record.Partition, record.Offset, new FeedCursor(place.Log, offsets).ToString());
            people.Observe(feedEvent);
            events.Add(feedEvent);
        }

        return events;
    }
}
