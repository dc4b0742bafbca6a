namespace JobRequests.Client;

/// <summary>The pauses between attempts: the service's advice where it gives one, else doubling with jitter.</summary>
internal sealed class Pause(JobRequestsClientOptions options)
{
    private TimeSpan _next = options.FirstPause;

    public TimeSpan Next(TimeSpan? advised)
    {
        // Half fixed, half random, so that callers refused together do not come back together.
        var own = _next * (0.5 + (Random.Shared.NextDouble() / 2));
        _next = _next * 2 < options.MaxPause ? _next * 2 : options.MaxPause;
        return advised > own ? advised.Value : own;
    }
}
