using JobRequests.Testing.Stub;

namespace JobRequests.Cli.Tests;

public sealed class RetryTests
{
    [Fact]
    public async Task A_killed_terminal_resumes_with_the_same_key()
    {
        await using var gateway = await StubGateway.StartAsync(Answer.Silence(), Answer.Success(replayed: true), Answer.Job(2));
        using var jobctl = new Jobctl(gateway);
        using (var process = jobctl.Start("decline", "j1", "--reason", "busy", "--as", "ann", "--wait", "30"))
        {
            await gateway.ArrivalAsync();
            process.Kill();
            await process.WaitForExitAsync();
        }

        var run = await jobctl.RunAsync("retry");

        Assert.Equal(
            (0, $"You declined (version 2, key {gateway.Seen[0].Key}). (already done by an earlier request with this key)"), (run.Code, run.Output.TrimEnd()));
        Assert.Equal(3, gateway.Seen.Count);
        Assert.Single(gateway.Seen.Take(2).Select(request => (request.Target, request.Key, request.Body, request["Authorization"])).Distinct());
        Assert.Equal(0, jobctl.UnansweredCount);
        Assert.Contains("No pending requests", (await jobctl.RunAsync("retry")).Error);
    }

    [Fact]
    public async Task A_timeout_is_resumed_at_its_status_route()
    {
        await using var gateway = await StubGateway.StartAsync(
            Answer.Timeout(202, "/v1/requests/k1?job=j1&op=accept&notAfter=1795"),
            Answer.Decided(Answer.Problem(409, "DEADLINE_PASSED", "Too late", "FAIL", 1)));
        using var jobctl = new Jobctl(gateway);

        Assert.Equal(3, (await jobctl.RunAsync("accept", "j1", "--as", "ann", "--key", "k1", "--wait", "0")).Code);
        var retried = await jobctl.RunAsync("retry", "k1");

        Assert.Equal((2, "Rejected: Too late (DEADLINE_PASSED, version 1, key k1)."), (retried.Code, retried.Output.TrimEnd()));
        Assert.Equal("/v1/requests/k1?job=j1&op=accept&notAfter=1795", gateway.Seen[1].Target);
    }

    [Fact]
    public async Task Request_finds_the_job_of_a_kept_key_by_itself()
    {
        await using var gateway = await StubGateway.StartAsync(
            Answer.Timeout(202, "/v1/requests/k1?job=j1&op=accept&notAfter=1795"), Answer.Decided(Answer.SuccessBody()));
        using var jobctl = new Jobctl(gateway);
        await jobctl.RunAsync("accept", "j1", "--as", "ann", "--key", "k1", "--wait", "0");

        var run = await jobctl.RunAsync("request", "k1");

        Assert.Equal((0, "You got the job (version 2, key k1)."), (run.Code, run.Output.TrimEnd()));
        Assert.Equal(("/v1/requests/k1?job=j1&op=accept&notAfter=1795", "Bearer dev-ann"), (gateway.Seen[1].Target, gateway.Seen[1]["Authorization"]));
        Assert.Equal(0, jobctl.UnansweredCount);
    }

    [Fact]
    public async Task All_unanswered_requests_are_listed_and_sent_oldest_first()
    {
        await using var gateway = await StubGateway.StartAsync(Answer.Overloaded(90), Answer.Overloaded(90), Answer.Success(), Answer.Fail());
        using var jobctl = new Jobctl(gateway);
        await jobctl.RunAsync("accept", "j1", "--as", "ann", "--key", "k1", "--wait", "0");
        await jobctl.RunAsync("accept", "j1", "--as", "bob", "--key", "k2", "--wait", "0");

        await File.WriteAllTextAsync(Path.Combine(jobctl.Unanswered, "k0.0011223344556677.json"), "");

        var listed = await jobctl.RunAsync("retry", "--list");
        var mine = await jobctl.RunAsync("retry", "--list", "--as", "bob");
        var all = await jobctl.RunAsync("retry", "--all");

        Assert.Contains("k0.0011223344556677.json holds no request and is left out", listed.Error);
        Assert.Equal(["k1", "k2"], listed.Output.TrimEnd().Split('\n').Select(line => line.Split(' ')[0]));
        Assert.StartsWith("k2", Assert.Single(mine.Output.TrimEnd().Split('\n')));
        Assert.Equal(2, all.Code);
        Assert.Equal([("k1", "Bearer dev-ann"), ("k2", "Bearer dev-bob")], gateway.Seen.Skip(2).Select(request => (request.Key, request["Authorization"])));
        Assert.Equal(1, jobctl.UnansweredCount);
    }

    [Fact]
    public async Task A_key_is_never_sent_under_another_name()
    {
        await using var gateway = await StubGateway.StartAsync(Answer.Overloaded(90));
        using var jobctl = new Jobctl(gateway);
        await jobctl.RunAsync("accept", "j1", "--as", "ann", "--key", "k1", "--wait", "0");

        var run = await jobctl.RunAsync("retry", "k1", "--as", "bob");

        Assert.Equal(64, run.Code);
        Assert.Single(gateway.Seen);
        Assert.Equal(1, jobctl.UnansweredCount);
    }

    [Fact]
    public async Task A_request_can_be_forgotten_without_sending_it()
    {
        await using var gateway = await StubGateway.StartAsync(Answer.Overloaded(90));
        using var jobctl = new Jobctl(gateway);
        await jobctl.RunAsync("accept", "j1", "--as", "ann", "--key", "k1", "--wait", "0");

        Assert.Equal(0, (await jobctl.RunAsync("retry", "k1", "--forget")).Code);

        Assert.Single(gateway.Seen);
        Assert.Equal(0, jobctl.UnansweredCount);
    }

    [Fact]
    public async Task Ctrl_C_says_that_the_key_is_kept()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no SIGINT to send on Windows.");
        await using var gateway = await StubGateway.StartAsync(Answer.Silence());
        using var jobctl = new Jobctl(gateway);
        using var process = jobctl.Start("accept", "j1", "--as", "ann", "--key", "k1", "--wait", "30");
        await gateway.ArrivalAsync();

        using (var kill = System.Diagnostics.Process.Start("kill", ["-INT", $"{process.Id}"]))
            await kill.WaitForExitAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal(130, process.ExitCode);
        Assert.Contains("jobctl retry k1", error);
        Assert.Equal(1, jobctl.UnansweredCount);
    }
}
