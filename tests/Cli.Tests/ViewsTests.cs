using JobRequests.Testing.Stub;

namespace JobRequests.Cli.Tests;

public sealed class ViewsTests
{
    [Fact]
    public async Task A_rebuild_is_waited_for_and_its_end_is_told()
    {
        await using var gateway = await StubGateway.StartAsync(Raw("Running", 10), Raw("Running", 20), Raw("Done", 30, repaired: 1));
        using var jobctl = new Jobctl(gateway);

        var run = await jobctl.RunAsync("views", "rebuild", "--as", "admin");

        Assert.Equal((0, "The views of 30 jobs were rebuilt; 1 were not what their documents say, among them j1.\n"), (run.Code, run.Output));
        Assert.Equal(["POST", "GET", "GET"], gateway.Seen.Select(request => request.Method));
        Assert.All(gateway.Seen, request => Assert.Equal("/v1/admin/views/rebuild", request.Target));
    }

    [Fact]
    public async Task A_rebuild_that_failed_is_told_with_its_reason()
    {
        await using var gateway = await StubGateway.StartAsync(Raw("Failed", 10, error: "a silo is asleep"));
        using var jobctl = new Jobctl(gateway);

        var run = await jobctl.RunAsync("views", "rebuild", "--as", "admin");

        Assert.Equal((2, "The views are as they were: a silo is asleep\n"), (run.Code, run.Output));
    }

    [Fact]
    public async Task Detached_it_is_not_waited_for()
    {
        await using var gateway = await StubGateway.StartAsync(Raw("Running", 0));
        using var jobctl = new Jobctl(gateway);

        Assert.Equal(0, (await jobctl.RunAsync("views", "rebuild", "--as", "admin", "--detached")).Code);
        Assert.Single(gateway.Seen);
    }

    [Fact]
    public async Task A_verification_takes_only_a_data_folder()
    {
        await using var gateway = await StubGateway.StartAsync();
        using var jobctl = new Jobctl(gateway);

        Assert.Equal(64, (await jobctl.RunAsync("views", "check", "--data", "a", "--settings", "b")).Code);
        Assert.Equal(2, (await jobctl.RunAsync("views", "check", "--data", Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N")))).Code);
    }

    private static Microsoft.AspNetCore.Http.RequestDelegate Raw(string state, int jobs, int repaired = 0, string? error = null) => Answer.Raw(
        200,
        "application/json",
        $$"""{"state":"{{state}}","startedAt":null,"endedAt":null,"jobs":{{jobs}},"repaired":{{repaired}},"different":["j1"],"error":{{(error is null ? "null" : $"\"{error}\"")}}}""");
}
