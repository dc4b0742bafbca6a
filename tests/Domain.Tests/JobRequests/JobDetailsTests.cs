using System.Collections.Immutable;

namespace JobRequests.Domain.Tests;

public sealed class JobDetailsTests
{
    private static readonly JobDetails Full = Plan.Details;

    public static TheoryData<JobDetails> Others =>
    [
        Full with { Description = "doors" }, Full with { Place = Full.Place! with { Latitude = 1 } }, Full with { StartsAt = null },
        Full with { EndsAt = Plan.Start }, Full with { Instructions = null }, Full with { Metadata = null }, Full with { Previous = "another" },
        Full with { Metadata = Full.Metadata!.SetItem("team", "day") },
    ];

    [Fact]
    public void Details_with_equal_members_are_equal()
    {
        var same = Full with { Metadata = Full.Metadata!.ToDictionary().ToImmutableSortedDictionary() };

        Assert.Equal(Full, same);
        Assert.Equal(Full.GetHashCode(), same.GetHashCode());
    }

    [Theory, MemberData(nameof(Others), DisableDiscoveryEnumeration = true)]
    public void Each_member_counts(JobDetails other) => Assert.NotEqual(Full, other);

    [Fact]
    public void Details_that_say_nothing_are_none()
    {
        Assert.Null(new JobDetails().OrNull());
        Assert.Null(new JobDetails { Metadata = ImmutableSortedDictionary<string, string>.Empty }.OrNull());
        Assert.Same(Full, Full.OrNull());
    }
}
