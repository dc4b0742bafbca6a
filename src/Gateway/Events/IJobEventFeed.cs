namespace JobRequests.Gateway.Events;

/// <summary>The events of all jobs as this gateway hears of them: each job's in order, each once as far as the gateway remembers.</summary>
internal interface IJobEventFeed
{
    /// <summary>Calls <paramref name="onEvent"/> with each event from now on, one at a time, until it is disposed of.</summary>
    /// <param name="onEvent">Returns at once and does not throw.</param>
    /// <param name="withBuffered">The events that the gateway remembers come first.</param>
    IDisposable Subscribe(Action<JobEvent> onEvent, bool withBuffered = false);
}
