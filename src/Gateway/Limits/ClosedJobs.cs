using Microsoft.Extensions.Options;

namespace JobRequests.Gateway.Limits;

/// <summary>
/// Jobs known to be in a terminal state, which they never leave. Bounded: what nobody asks about is forgotten first, a generation at
/// a time. To forget one costs a way through the log, nothing else.
/// </summary>
internal sealed class ClosedJobs(IOptions<AdmissionOptions> options)
{
    private readonly int generation = options.Value.ClosedJobs / 2;
    private readonly Lock gate = new();
    private HashSet<Guid> young = [];
    private HashSet<Guid> old = [];

    public int Count
    {
        get
        {
            lock (gate) return young.Count + old.Count;
        }
    }

    public void Add(string jobRequestId)
    {
        if (generation == 0 || !Guid.TryParse(jobRequestId, out var job)) return;
        lock (gate) Keep(job);
    }

    public bool Contains(string jobRequestId)
    {
        if (generation == 0 || !Guid.TryParse(jobRequestId, out var job)) return false;
        lock (gate)
        {
            if (young.Contains(job)) return true;
            if (!old.Remove(job)) return false;
            Keep(job);
            return true;
        }
    }

    private void Keep(Guid job)
    {
        if (young.Count >= generation) (young, old) = ([], young);
        old.Remove(job);
        young.Add(job);
    }
}
