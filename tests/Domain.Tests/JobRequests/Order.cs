namespace JobRequests.Domain.Tests;

/// <summary>A command, who gives it, and when.</summary>
internal sealed record Order(JobRequestCommand Command, string By, DateTimeOffset At)
{
    /// <summary>The one administrator there is.</summary>
    public const string Admin = "admin";

    public JobRequestDecision DecideOn(JobRequest job) => JobRequestDecider.Decide(job, Command, By, At, isAdmin: By == Admin);
}
