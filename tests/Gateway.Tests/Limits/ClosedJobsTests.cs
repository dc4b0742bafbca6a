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
    public void It_knows_from_the_feed_which_jobs_have_ended(string type, bool isClosed)
    {
        using var feed = new ScriptedFeed();
        using var closed = new ClosedJobs(Options.Create(new AdmissionOptions()), feed);

        feed.Tell(Http.Job, 3, type);

        Assert.Equal(isClosed, closed.Contains(Http.Job));
    }

    [Fact]
    public void It_is_bounded_and_forgets_what_nobody_asks_about()
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
