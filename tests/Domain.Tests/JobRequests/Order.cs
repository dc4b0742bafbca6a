namespace JobRequests.Domain.Tests;

/// <summary>A command, who gives it, and when.</summary>
internal sealed record Order(JobRequestCommand Command, string By, DateTimeOffset At)
{
    public JobRequestDecision DecideOn(JobRequest job) => JobRequestDecider.Decide(job, Command, By, At);
}
