namespace JobRequests.Gateway.Limits;

/// <summary>
/// Jobs known to be in a terminal state, which they never leave: from the feed of events, and from what jobs said themselves. To forget
/// one costs a way through the log, nothing else.
/// </summary>
internal sealed class ClosedJobs : IDisposable
{
    private readonly Lock _gate = new();
    private readonly RecentJobs<bool>? _jobs;
    private readonly IDisposable _subscription;

    public ClosedJobs(IOptions<AdmissionOptions> options, IJobEventFeed feed)
    {
        _jobs = options.Value.ClosedJobs > 0 ? new RecentJobs<bool>(options.Value.ClosedJobs) : null;
        _subscription = feed.Subscribe(Observe, withBuffered: true);
    }

    public void Add(string jobRequestId)
    {
        lock (_gate) _jobs?.Keep(jobRequestId, true);
    }

    public bool Contains(string jobRequestId)
    {
        lock (_gate) return _jobs?.TryGet(jobRequestId, out _) == true;
    }

    public void Dispose() => _subscription.Dispose();

    private void Observe(JobEvent jobEvent)
    {
        if (jobEvent.Type is "JobFinished" or "CandidatesExhausted" or "JobExpired" or "JobCancelled") Add(jobEvent.JobRequestId);
    }
}
