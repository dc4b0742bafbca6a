namespace JobRequests.Gateway.Events;

/// <summary>
/// Brings a client that was away to where the feed is: from what the gateway remembers, before that from the log. Where neither reaches back
/// to its place, it is told to reload.
/// </summary>
internal sealed class FeedCatchUp(JobEventFeed feed, IEventLog log, JobPeopleReader people)
{
    private const int AtOnce = 256;

    /// <returns>When everything up to now is written and <paramref name="listener"/> listens from there on.</returns>
    public async Task BringUpToDateAsync(EventListener listener, FeedCursor place, EventStreamWriter stream, CancellationToken aborted)
    {
        var written = new Dictionary<string, int>(StringComparer.Ordinal);
        long? next = null;
        while (true)
        {
            switch (feed.CatchUp(listener, place, next, AtOnce))
            {
                case CatchUp.Live live:
                    stream.Place(live.Cursor);
                    return;
                case CatchUp.Part part when await WriteAsync(part.Events):
                    next = part.Next;
                    break;
                case CatchUp.Older older when await log.ReadAsync(place, older.Floor, aborted) is { } records && await WriteAsync(Place(place, records)):
                    place = place.AtLeast(older.Floor);
                    break;
                default:
                    stream.Reload(feed.ListenToAll(listener));
                    return;
            }
        }

        async Task<bool> WriteAsync(IReadOnlyCollection<FeedEvent> events)
        {
            if (!await people.FindAsync(events, aborted)) return false;
            foreach (var each in events)
            {
                var (job, version) = (each.Event.JobRequestId, each.Event.Version);
                if (each.People!.RoleOf(listener.Caller) is not (var role and not EventRole.Nothing) || written.TryGetValue(job, out var seen) && version <= seen) continue;
                written[job] = version;
                stream.Event(each.Cursor, each.Event.Type, each.JsonFor(role, listener.Caller.Person).Span);
            }

            await stream.FlushAsync(aborted);
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
            people.Learn(feedEvent);
            events.Add(feedEvent);
        }

        return events;
    }
}
