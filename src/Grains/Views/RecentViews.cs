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
