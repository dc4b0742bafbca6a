namespace JobRequests.Grains;

/// <summary>When views were stored, of the last ones. Bounded; what was forgotten is not known.</summary>
internal sealed class ViewTimes(int capacity)
{
    private readonly Dictionary<(string Job, int Version), DateTimeOffset> _times = [];
    private readonly Queue<(string Job, int Version)> _order = new();

    /// <summary>One write has brought the view from one version to another.</summary>
    public void Add(string jobRequestId, int from, int to, DateTimeOffset at)
    {
        // A rebuilt view may have skipped more events than are worth remembering.
        for (var version = Math.Max(from, to - capacity) + 1; version <= to; version++)
        {
            if (!_times.TryAdd((jobRequestId, version), at)) continue;
            _order.Enqueue((jobRequestId, version));
            if (_order.Count > capacity) _times.Remove(_order.Dequeue());
        }
    }

    public DateTimeOffset? Find(string jobRequestId, int version) => _times.TryGetValue((jobRequestId, version), out var at) ? at : null;
}
