using System.Globalization;

namespace JobRequests.Gateway.Events;

/// <summary>Where a feed of one job is: the events go out strictly in order, each once.</summary>
internal sealed class JobFeedPosition(string job, int last)
{
    public string Job => job;

    /// <summary>Version of the last event that was written.</summary>
    public int Last { get; private set; } = last;

    public void Write(EventStreamWriter stream, JobEvent jobEvent, ReadOnlySpan<byte> json)
    {
        Last = jobEvent.Version;
        stream.Event(string.Create(CultureInfo.InvariantCulture, $"{job}:{Last}"), jobEvent.Type, json);
    }

    public void Write(EventStreamWriter stream, JobHistory history)
    {
        foreach (var jobEvent in history.Events)
        {
            if (jobEvent.Version <= Last) continue;
            // The oldest events of a job with very many are not kept one by one.
            if (jobEvent.Version > Last + 1) stream.Reload("");
            Write(stream, jobEvent, FeedEvent.ToJson(jobEvent));
        }
    }
}
