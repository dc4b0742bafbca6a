using System.Diagnostics.CodeAnalysis;

namespace JobRequests.Gateway.Events;

/// <summary>
/// Something about each of the jobs that were heard of last. Bounded: when the young generation is full it becomes the old one, and what
/// nobody has asked for since is forgotten.
/// </summary>
internal sealed class RecentJobs<TValue>(int capacity)
{
    private Dictionary<string, TValue> _young = new(StringComparer.Ordinal);
    private Dictionary<string, TValue> _old = new(StringComparer.Ordinal);
    private int _weight;

    public bool TryGet(string jobRequestId, [MaybeNullWhen(false)] out TValue value)
    {
        if (_young.TryGetValue(jobRequestId, out value)) return true;
        if (!_old.Remove(jobRequestId, out value)) return false;
        Keep(jobRequestId, value);
        return true;
    }

    /// <param name="jobRequestId">The job.</param>
    /// <param name="value">What is known of it.</param>
    /// <param name="size">How many ordinary ones it counts as.</param>
    public void Keep(string jobRequestId, TValue value, int size = 1)
    {
        if (_weight + size > capacity / 2) (_old, _young, _weight) = (_young, new Dictionary<string, TValue>(StringComparer.Ordinal), 0);
        _weight += size;
        _young[jobRequestId] = value;
    }
}
