namespace JobRequests.Grains.Tests;

public sealed class JobSliceTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(100)]
    public void Slices_of_jobs_are_disjoint_and_about_equal(int count)
    {
        var slices = Enumerable.Range(0, count).Select(index => JobSlice.Of(index, count)).ToList();
        var jobs = Enumerable.Range(0, 20_000).Select(number => Domain.JobRequestId.Derive("rita", $"k{number}")).ToList();

        var owners = jobs.ConvertAll(job => Assert.Single(slices, slice => slice.Contains(job)));

        Assert.All(slices, slice => Assert.InRange(owners.Count(owner => owner == slice), jobs.Count / count / 2, jobs.Count / count * 2));
        Assert.Equal(("", null), (slices[0].From, slices[^1].Before));
        Assert.All(["0", "ffff", "ffffffff-ffff-5fff-bfff-ffffffffffff"], id => Assert.Single(slices, slice => slice.Contains(id)));
    }
}
