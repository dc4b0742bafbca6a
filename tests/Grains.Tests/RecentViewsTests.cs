using JobRequests.Domain;

namespace JobRequests.Grains.Tests;

/// <summary>The views that a shard holds in memory: bounded, never older than what was kept.</summary>
public sealed class RecentViewsTests
{
    [Fact]
    public void Recently_used_entries_are_kept()
    {
        var recent = new RecentViews(10);
        for (var number = 0; number < 1000; number++)
        {
            recent.Keep(View($"job-{number}", 1));
            Assert.NotNull(recent.Find("job-0"));
        }

        Assert.InRange(recent.Count, 10, 22);
        Assert.Null(recent.Find("job-500"));
    }

    [Fact]
    public void A_large_view_takes_the_room_of_many()
    {
        var recent = new RecentViews(10);
        recent.Keep(View("large", 1, candidates: 1000));
        recent.Keep(View("next", 1, candidates: 1000));

        Assert.Null(recent.Find("large"));
    }

    [Fact]
    public void An_older_view_does_not_replace_a_later_one()
    {
        var recent = new RecentViews(10);
        recent.Keep(View("job", 3));

        Assert.Equal(3, recent.Keep(View("job", 2)).Version);
        Assert.Equal(3, recent.Find("job")!.Version);
        Assert.Equal(4, recent.Keep(View("job", 4)).Version);
        Assert.Equal(4, recent.Find("job")!.Version);
    }

    [Fact]
    public void A_view_of_nothing_is_not_kept()
    {
        var recent = new RecentViews(10);

        Assert.Equal(0, recent.Keep(JobView.Empty("job")).Version);
        Assert.Null(recent.Find("job"));
    }

    private static JobView View(string job, int version, int candidates = 1) => new(job, JobRequest.Initial with
    {
        Version = version,
        Candidates = [.. Enumerable.Range(0, candidates).Select(number => new Candidate($"c{number}", null))],
    });
}
