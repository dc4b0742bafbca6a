using JobRequests.Gateway.Tests.Hosting;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Gateway.Tests.JobRequests;

public sealed class DryRunTests
{
    private const string Accept = $"/v1/job-requests/{Http.Job}/accept?dryRun=true";

    [Fact]
    public async Task A_dry_run_predicts_and_publishes_nothing()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.Preview = _ => Task.FromResult<JobRequestReply>(new JobRequestReply.Succeeded(2, null, false));

        var answer = await host.PostAsync(Accept, "{}", "ann", key: null);

        Assert.Equal(200, answer.Status);
        Assert.Equal("""{"outcome":"DRY_RUN","dryRun":true,"would":{"outcome":"SUCCESS","code":null,"version":2}}""", answer.Text);
        Assert.Equal("no-store", answer.Header("Cache-Control"));
        Assert.Empty(host.Jobs.Submitted);
        Assert.Empty(host.Jobs.Asked);
    }

    [Fact]
    public async Task A_dry_run_says_that_one_would_wait_in_line()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.Preview = _ => Task.FromResult<JobRequestReply>(new JobRequestReply.Succeeded(7, null, false, Rank: 3));

        var answer = await host.PostAsync(Accept, """{"ifTaken":"standby"}""", "ann", key: null);

        Assert.Equal(
            """{"outcome":"DRY_RUN","dryRun":true,"would":{"outcome":"SUCCESS","code":null,"version":7,"standby":{"rank":3}}}""", answer.Text);
    }

    [Fact]
    public async Task A_dry_run_of_a_rejection_is_200_with_code()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.Preview = command => Task.FromResult<JobRequestReply>(new JobRequestReply.Rejected("VERSION_MISMATCH", 9, false, command.IfMatch));

        var answer = await host.PostAsync(Accept, null, "ann", key: null, ("If-Match", "\"7\""));

        Assert.Equal(200, answer.Status);
        Assert.Equal("""{"outcome":"DRY_RUN","dryRun":true,"would":{"outcome":"FAIL","code":"VERSION_MISMATCH","version":9}}""", answer.Text);
    }

    [Fact]
    public async Task A_dry_run_ignores_a_key_even_a_malformed_one()
    {
        await using var host = await GatewayHost.StartAsync();
        CommandEnvelope? previewed = null;
        host.Jobs.Preview = command =>
        {
            previewed = command;
            return Task.FromResult<JobRequestReply>(new JobRequestReply.Succeeded(1, null, false));
        };

        var answer = await host.PostAsync("/v1/job-requests?dryRun=true", Http.Create, "zoe", "not a key");

        Assert.Equal(200, answer.Status);
        Assert.Equal("zoe", previewed!.Caller.Person);
    }

    [Fact]
    public async Task A_dry_run_on_an_unknown_job_is_404()
    {
        await using var host = await GatewayHost.StartAsync();

        var answer = await host.PostAsync(Accept, "{}", "eve", key: null);

        Assert.Equal(404, answer.Status);
        Assert.Equal("true", answer.Json["retry"]!["outcomeKnown"]!.ToString());
    }

    [Fact]
    public async Task A_dry_run_is_checked_like_the_command()
    {
        await using var host = await GatewayHost.StartAsync();

        Assert.Equal(["tasks"], (await host.PostAsync("/v1/job-requests?dryRun=true", """{"candidates":["ann"]}""", key: null)).WrongFields);
        Assert.Equal(["Request-Deadline"], (await host.PostAsync(Accept, "{}", "ann", null, ("Request-Deadline", "2020-01-01T00:00:00Z"))).WrongFields);
    }

    [Fact]
    public async Task A_dry_run_whose_job_cannot_be_asked_is_503()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.Preview = _ => Task.FromException<JobRequestReply>(new TimeoutException());

        Assert.Equal("unavailable", (await host.PostAsync(Accept, "{}", "ann", key: null)).ProblemType);
    }
}
