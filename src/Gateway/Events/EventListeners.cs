namespace JobRequests.Gateway.Events;

/// <summary>
/// Who listens, by person and by job: an event costs one look for each person of its audience, however many listen to something else. Not safe for
/// concurrent use.
/// </summary>
internal sealed class EventListeners
{
    private readonly HashSet<EventListener> _all = [];
    private readonly HashSet<EventListener> _administrators = [];
    private readonly Dictionary<string, HashSet<EventListener>> _byPerson = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<EventListener>> _byJob = new(StringComparer.Ordinal);
    private int _slot;

    public int Count => _all.Count;

    /// <returns>False where it was there already.</returns>
    public bool Add(EventListener listener)
    {
        if (!_all.Add(listener)) return false;
        listener.Slot = _slot++;
        return true;
    }

    public void AddPerson(EventListener listener)
    {
        if (listener.ListensToAll) return;
        listener.ListensToAll = true;
        if (listener.Caller.IsAdmin) _administrators.Add(listener);
        else Add(_byPerson, listener.Caller.Person, listener);
    }

    public void AddJob(EventListener listener, string jobRequestId)
    {
        if ((listener.Jobs ??= new HashSet<string>(StringComparer.Ordinal)).Add(jobRequestId)) Add(_byJob, jobRequestId, listener);
    }

    public void RemoveJob(EventListener listener, string jobRequestId)
    {
        if (listener.Jobs?.Remove(jobRequestId) == true) Remove(_byJob, jobRequestId, listener);
    }

    public void Remove(EventListener listener)
    {
        if (!_all.Remove(listener)) return;
        _administrators.Remove(listener);
        if (listener.ListensToAll) Remove(_byPerson, listener.Caller.Person, listener);
        foreach (var job in listener.Jobs ?? []) Remove(_byJob, job, listener);
    }

    public void Tell(FeedEvent feedEvent)
    {
        var audience = feedEvent.Audience ?? JobAudience.Nobody;
        foreach (var administrator in _administrators) administrator.Tell(feedEvent, EventRole.Everything);
        Tell(feedEvent, audience.Requester, EventRole.Everything);
        if (_byPerson.Count > 0)
            foreach (var candidate in audience.Candidates) Tell(feedEvent, candidate, EventRole.Candidate);
        if (!_byJob.TryGetValue(feedEvent.Event.JobRequestId, out var watching)) return;
        foreach (var listener in watching) listener.Tell(feedEvent, audience.RoleOf(listener.Caller));
    }

    public void TellReload(string cursor)
    {
        foreach (var listener in _all) listener.TellReload(cursor);
    }

    public void Heartbeat(int turn, int turns, long dispatched, string cursor, DateTimeOffset now)
    {
        foreach (var listener in _all)
            if (listener.Slot % turns == turn) listener.Heartbeat(dispatched, cursor, now);
    }

    public void EndAll()
    {
        foreach (var listener in _all) listener.End();
    }

    private void Tell(FeedEvent feedEvent, string person, EventRole role)
    {
        if (!_byPerson.TryGetValue(person, out var theirs)) return;
        foreach (var listener in theirs) listener.Tell(feedEvent, role);
    }

    private static void Add(Dictionary<string, HashSet<EventListener>> index, string key, EventListener listener)
    {
        if (index.TryGetValue(key, out var others)) others.Add(listener);
        else index.Add(key, [listener]);
    }

    private static void Remove(Dictionary<string, HashSet<EventListener>> index, string key, EventListener listener)
    {
        if (index.TryGetValue(key, out var others) && others.Remove(listener) && others.Count == 0) index.Remove(key);
    }
}
