using JobRequests.Domain;

namespace JobRequests.Grains;

/// <summary>
/// The views that were used last. Bounded by weight: when the young generation is full it becomes the old one, and what nobody has
/// asked for since then is forgotten.
/// </summary>
internal sealed class RecentViews(int capacity)
{
    private const int PartsPerWeight = 16;

    private Dictionary<string, JobView> _young = new(StringComparer.Ordinal);
    private Dictionary<string, JobView> _old = new(StringComparer.Ordinal);
    private int _weight;

    public int Count => _young.Count + _old.Count;

    public JobView? Find(string jobRequestId)
    {
        if (_young.TryGetValue(jobRequestId, out var view)) return view;
        if (!_old.Remove(jobRequestId, out view)) return null;
        AddYoung(view);
        return view;
    }

    /// <summary>Keeps the view, unless a later one is kept already. A view of nothing is not kept.</summary>
    /// <returns>The later one of both.</returns>
    public JobView Keep(JobView view)
    {
        if (Find(view.JobRequestId) is { } kept && kept.Version >= view.Version) return kept;
        if (view.Version > 0) AddYoung(view);
        return view;
    }

    private void AddYoung(JobView view)
    {
        _weight += 1 + ((view.Job.Candidates.Length + view.Job.Tasks.Length) / PartsPerWeight);
        _young[view.JobRequestId] = view;
        if (_weight <= capacity) return;
        (_old, _young, _weight) = (_young, new Dictionary<string, JobView>(StringComparer.Ordinal), 0);
    }
}

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
