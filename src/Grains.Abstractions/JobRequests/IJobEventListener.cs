namespace JobRequests.Grains.Abstractions;

/// <summary>
/// Hears of the events in the process that decides them; where a process has one, the grains tell it. An event is durable when it is told;
/// a job's events come in order, after a crash perhaps again.
/// </summary>
public interface IJobEventListener
{
    /// <summary>Returns at once and never throws: it runs on the job's own turn.</summary>
    void OnEvent(JobEvent jobEvent);
}
