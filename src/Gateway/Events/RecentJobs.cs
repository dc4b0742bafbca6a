using System.Diagnostics.CodeAnalysis;

namespace JobRequests.Gateway.Events;

/// <summary>
/// Something about each of the jobs that were heard of last. Bounded: when the young generation is full it becomes the old one, and what
/// nobody has asked for since is forgotten.
/// </summary>
internal sealed class RecentJobs<TValue>(int capacity)
{
    private Dictionary<string, TValue> young = new(StringComparer.Ordinal);
    private Dictionary<string, TValue> old = new(StringComparer.Ordinal);
    private int weight;

    public bool TryGet(string jobRequestId, [MaybeNullWhen(false)] out TValue value)
    {
        if (young.TryGetValue(jobRequestId, out value)) return true;
        if (!old.Remove(jobRequestId, out value)) return false;
        Keep(jobRequestId, value);
        return true;
    }

    /// <param name="jobRequestId">The job.</param>
    /// <param name="value">What is known of it.</param>
    /// <param name="size">How many ordinary ones it counts as.</param>
    public void Keep(string jobRequestId, TValue value, int size = 1)
    {
        if (weight + size > capacity / 2) (old, young, weight) = (young, new Dictionary<string, TValue>(StringComparer.Ordinal), 0);
        weight += size;
        young[jobRequestId] = value;
    }
}
