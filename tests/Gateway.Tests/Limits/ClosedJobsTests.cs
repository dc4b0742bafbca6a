using JobRequests.Gateway.Limits;
using JobRequests.Gateway.Tests.Hosting;
using Microsoft.Extensions.Options;

namespace JobRequests.Gateway.Tests.Limits;

public sealed class ClosedJobsTests
{
    [Theory]
    [InlineData("JobFinished", true)]
    [InlineData("CandidatesExhausted", true)]
    [InlineData("JobExpired", true)]
    [InlineData("JobCancelled", true)]
    [InlineData("JobDeclined", false)]
    [InlineData("JobWithdrawn", false)]
    [InlineData("TaskFinished", false)]
    public void The_feed_tells_which_jobs_are_closed(string type, bool isClosed)
    {
        using var feed = new ScriptedFeed();
        using var closed = new ClosedJobs(Options.Create(new AdmissionOptions()), feed);

        feed.Tell(Http.Job, 3, type);

        Assert.Equal(isClosed, closed.Contains(Http.Job));
    }

    [Fact]
    public void Closed_jobs_are_remembered_up_to_a_bound()
    {
        using var feed = new ScriptedFeed();
        using var closed = new ClosedJobs(Options.Create(new AdmissionOptions { ClosedJobs = 1_000 }), feed);
        closed.Add("wanted");
        closed.Add("unwanted");

        for (var i = 0; i < 10_000; i++)
        {
            feed.Tell($"{Guid.NewGuid()}", 3, "JobCancelled");
            Assert.True(closed.Contains("wanted"));
        }

        Assert.False(closed.Contains("unwanted"));
    }

    [Fact]
    public void Zero_remembers_nothing()
    {
        using var feed = new ScriptedFeed();
        using var closed = new ClosedJobs(Options.Create(new AdmissionOptions { ClosedJobs = 0 }), feed);

        closed.Add(Http.Job);

        Assert.False(closed.Contains(Http.Job));
    }
}
