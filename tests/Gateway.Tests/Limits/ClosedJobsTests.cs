using JobRequests.Gateway.Limits;
using Microsoft.Extensions.Options;

namespace JobRequests.Gateway.Tests.Limits;

public sealed class ClosedJobsTests
{
    [Fact]
    public void It_is_bounded_and_forgets_what_nobody_asks_about()
    {
        var closed = new ClosedJobs(Options.Create(new AdmissionOptions { ClosedJobs = 1_000 }));
        var wanted = Guid.NewGuid().ToString();
        var unwanted = Guid.NewGuid().ToString();
        closed.Add(wanted);
        closed.Add(unwanted);

        for (var i = 0; i < 10_000; i++)
        {
            closed.Add(Guid.NewGuid().ToString());
            Assert.True(closed.Contains(wanted));
        }

        Assert.False(closed.Contains(unwanted));
        Assert.InRange(closed.Count, 500, 1_000);
    }

    [Fact]
    public void Zero_remembers_nothing()
    {
        var closed = new ClosedJobs(Options.Create(new AdmissionOptions { ClosedJobs = 0 }));
        var job = Guid.NewGuid().ToString();

        closed.Add(job);

        Assert.False(closed.Contains(job));
    }
}
