using JobRequests.Testing.Stub;

namespace JobRequests.Cli.Tests;

public sealed class SendingTests
{
    [Theory]
    [InlineData("/v1/job-requests", """{"candidates":["ann","bob","cem"],"tasks":[{"id":"t1","name":"windows"},{"id":"roof","name":"the roof"}],"title":"house"}""", "Job j1 is on offer (version 2).", "create", "ann,bob", "cem", "--task", "windows", "--task", "roof=the roof", "--title", "house")]
    [InlineData("/v1/job-requests", """{"candidates":["ann","bob"],"tasks":[]}""", "Job j1 is on offer (version 2).", "create", "--candidates", "ann,bob")]
    [InlineData("/v1/job-requests/j1/accept", "{}", "You have the job (version 2).", "accept", "j1")]
    [InlineData("/v1/job-requests/j1/decline", """{"reason":"busy"}""", "You declined (version 2).", "decline", "j1", "--reason", "busy")]
    [InlineData("/v1/job-requests/j1/withdraw", "{}", "You gave the job back; it is open again (version 2).", "withdraw", "j1")]
    [InlineData("/v1/job-requests/j1/cancel", "{}", "The job is cancelled (version 2).", "cancel", "j1")]
    [InlineData("/v1/job-requests/j1/start", "{}", "The work has begun (version 2).", "start", "j1")]
    [InlineData("/v1/job-requests/j1/tasks/t1/finish", "{}", "Task t1 is done (version 2).", "task", "finish", "j1", "t1")]
    [InlineData("/v1/job-requests/j1/finish", "{}", "The job is finished (version 2).", "finish", "j1")]
    public async Task Each_verb_sends_its_command_and_says_what_happened(string target, string body, string text, params string[] arguments)
    {
        await using var gateway = await StubGateway.StartAsync(Answer.Success());
        using var jobctl = new Jobctl(gateway);

        var run = await jobctl.RunAsync([.. arguments, "--as", "ann", "--if-match", "1"]);

        Assert.Equal((0, text, ""), (run.Code, run.Output.TrimEnd(), run.Error));
        var sent = Assert.Single(gateway.Seen);
        Assert.Equal((target, body, "Bearer dev-ann", "wait=5", "\"1\""), (sent.Target, sent.Body, sent["Authorization"], sent["Prefer"], sent["If-Match"]));
        Assert.Equal(0, jobctl.UnansweredCount);
    }

    [Fact]
    public async Task A_replay_says_so()
    {
        await using var gateway = await StubGateway.StartAsync(Answer.Success(replayed: true));
        using var jobctl = new Jobctl(gateway);

        Assert.Equal("You have the job (version 2). An earlier request with this key did it.", (await jobctl.RunAsync("accept", "j1", "--as", "ann")).Output.TrimEnd());
    }

    [Fact]
    public async Task A_decision_that_takes_longer_is_waited_for()
    {
        await using var gateway = await StubGateway.StartAsync(Answer.Timeout(), Answer.Pending(), Answer.Decided(Answer.SuccessBody()));
        using var jobctl = new Jobctl(gateway);

        var run = await jobctl.RunAsync("accept", "j1", "--as", "ann", "--wait", "60");

        Assert.Equal((0, "You have the job (version 2)."), (run.Code, run.Output.TrimEnd()));
    }

    [Fact]
    public async Task A_dry_run_says_what_would_happen()
    {
        await using var gateway = await StubGateway.StartAsync(
            Answer.Raw(200, "application/json", """{"dryRun":true,"would":{"outcome":"SUCCESS","version":2}}"""),
            Answer.Raw(200, "application/json", """{"dryRun":true,"would":{"outcome":"FAIL","code":"ALREADY_ACCEPTED","version":2}}"""));
        using var jobctl = new Jobctl(gateway);

        var would = await jobctl.RunAsync("accept", "j1", "--as", "ann", "--dry-run");
        var wouldNot = await jobctl.RunAsync("accept", "j1", "--as", "ann", "--dry-run");

        Assert.Equal((0, "It would be done (version 2)."), (would.Code, would.Output.TrimEnd()));
        Assert.Equal((2, "The rules would say no (ALREADY_ACCEPTED, version 2)."), (wouldNot.Code, wouldNot.Output.TrimEnd()));
        Assert.All(gateway.Seen, request => Assert.Equal("/v1/job-requests/j1/accept?dryRun=true", request.Target));
    }

    [Fact]
    public async Task Text_of_others_cannot_steer_the_terminal()
    {
        await using var gateway = await StubGateway.StartAsync(Answer.Fail(title: "gone\u001b[2J\u0007"));
        using var jobctl = new Jobctl(gateway);

        Assert.Contains("gone?[2J?", (await jobctl.RunAsync("accept", "j1", "--as", "ann")).Output);
    }
}
