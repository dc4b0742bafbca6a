using JobRequests.Domain;
using JobRequests.Testing.Stub;

namespace JobRequests.Cli.Tests;

public sealed class SendingTests
{
    [Fact]
    public async Task Every_operation_has_a_verb()
    {
        using var jobctl = new Jobctl();
        foreach (var operation in Operations.All)
        {
            string[] verb = operation == Operations.FinishTask ? ["task", "finish"] : [operation];
            var help = await jobctl.RunAsync([.. verb, "--help"]);
            Assert.True(help.Code == 0 && help.Output.Contains("--if-match", StringComparison.Ordinal), $"{operation}: {help.Output}");
        }
    }

    [Theory]
    [InlineData("/v1/job-requests",
        """{"candidates":["ann","bob","cem"],"tasks":[{"id":"t1","name":"windows"},{"id":"roof","name":"the roof"}],"title":"house"}""",
        "Created job j1 (version 2, key k1).", "create", "ann,bob", "cem", "--task", "windows", "--task", "roof=the roof", "--title", "house")]
    [InlineData("/v1/job-requests",
        """{"candidates":["ann"],"tasks":[],"description":"all","place":{"text":"Quay","latitude":1.5,"longitude":-2},"startsAt":"2030-01-01T08:00:00+00:00","endsAt":"2030-01-01T09:00:00+00:00","instructions":"code","metadata":{"team":"night=1","site":"a"}}""",
        "Created job j1 (version 2, key k1).", "create", "ann", "--description", "all", "--place", "Quay", "--point", "1.5,-2", "--starts",
        "2030-01-01T08:00Z", "--ends", "2030-01-01T09:00Z", "--instructions", "code", "--metadata", "team=night=1", "--metadata", "site=a")]
    [InlineData("/v1/job-requests", """{"candidates":["ann","bob"],"tasks":[]}""", "Created job j1 (version 2, key k1).", "create", "--candidates", "ann,bob")]
    [InlineData("/v1/job-requests", """{"previous":"j0","title":"again"}""", "Created job j1 (version 2, key k1).",
        "create", "--previous", "j0", "--title", "again")]
    [InlineData("/v1/job-requests/j1/accept", "{}", "You got the job (version 2, key k1).", "accept", "j1")]
    [InlineData("/v1/job-requests/j1/decline", """{"reason":"busy"}""", "You declined (version 2, key k1).", "decline", "j1", "--reason", "busy")]
    [InlineData("/v1/job-requests/j1/withdraw", "{}", "You handed the job back (version 2, key k1). The first in line has it now.", "withdraw", "j1")]
    [InlineData("/v1/job-requests/j1/cancel", "{}", "The job is cancelled (version 2, key k1).", "cancel", "j1")]
    [InlineData("/v1/job-requests/j1/cancel", """{"reason":"rain"}""", "The job is cancelled (version 2, key k1).", "cancel", "j1", "--reason", "rain")]
    [InlineData("/v1/job-requests/j1/assign", """{"candidate":"bob"}""", "The job is assigned to ann (version 2, key k1).", "assign", "j1", "bob")]
    [InlineData("/v1/job-requests/j1/release", """{"reason":"ill"}""", "The job is released (version 2, key k1). The first in line has it now.",
        "release", "j1", "--reason", "ill")]
    [InlineData("/v1/job-requests/j1/accept", """{"ifTaken":"standby"}""", "You got the job (version 2, key k1).", "accept", "j1", "--standby")]
    [InlineData("/v1/job-requests/j1/confirm", "{}", "Confirmed: the job stays yours (version 2, key k1).", "confirm", "j1")]
    [InlineData("/v1/job-requests/j1/amend", """{"addCandidates":["eve","fay"],"title":"all","instructions":null}""", "The job is amended (version 2, key k1).",
        "amend", "j1", "--title", "all", "--add", "eve,fay", "--remove", "instructions")]
    [InlineData("/v1/job-requests", """{"candidates":["ann","bob"],"tasks":[],"waves":[{"size":1,"seconds":20},{"size":3,"seconds":60}],"confirmSeconds":90}""",
        "Created job j1 (version 2, key k1).", "create", "ann", "bob", "--wave", "1/20s", "--wave", "3/1m", "--confirm", "90s")]
    [InlineData("/v1/job-requests/j1/start", "{}", "Work started (version 2, key k1).", "start", "j1")]
    [InlineData("/v1/job-requests/j1/tasks/t1/finish", "{}", "Task t1 is done (version 2, key k1).", "task", "finish", "j1", "t1")]
    [InlineData("/v1/job-requests/j1/finish", "{}", "The job is finished (version 2, key k1).", "finish", "j1")]
    public async Task Each_verb_sends_its_command_and_says_what_happened(string target, string body, string text, params string[] arguments)
    {
        await using var gateway = await StubGateway.StartAsync(Answer.Success());
        using var jobctl = new Jobctl(gateway);

        var run = await jobctl.RunAsync([.. arguments, "--as", "ann", "--if-match", "1", "--key", "k1"]);

        Assert.Equal((0, text, ""), (run.Code, run.Output.TrimEnd(), run.Error));
        var sent = Assert.Single(gateway.Seen);
        Assert.Equal((target, body, "Bearer dev-ann", "wait=5", "\"1\""), (sent.Target, sent.Body, sent["Authorization"], sent["Prefer"], sent["If-Match"]));
        Assert.Equal(0, jobctl.UnansweredCount);
    }

    [Theory]
    [InlineData("You got the job (version 2, key k1). (already done by an earlier request with this key)", 2, "Accepted")]
    [InlineData("Already done by an earlier request with this key (version 2, key k1). Now the job is Cancelled, accepted by ann (version 3).", 3, "Cancelled")]
    public async Task A_replay_says_so_and_what_is_true_now(string text, int version, string status)
    {
        await using var gateway = await StubGateway.StartAsync(Answer.Success(replayed: true), Answer.Job(version, status));
        using var jobctl = new Jobctl(gateway);

        var run = await jobctl.RunAsync("accept", "j1", "--as", "ann", "--key", "k1");

        Assert.Equal((0, text, "/v1/job-requests/j1?consistency=strong"), (run.Code, run.Output.TrimEnd(), gateway.Seen[1].Target));
    }

    [Fact]
    public async Task A_replayed_rejection_says_what_is_true_now()
    {
        await using var gateway = await StubGateway.StartAsync(
            Answer.Json(409, Answer.Problem(409, "ALREADY_ACCEPTED", "Someone else has this job", "FAIL", 2), ("Idempotency-Replayed", "true")),
            Answer.Job(3, "Open"));
        using var jobctl = new Jobctl(gateway);

        var run = await jobctl.RunAsync("accept", "j1", "--as", "ann", "--key", "k1");

        Assert.Equal(2, run.Code);
        Assert.StartsWith("Already rejected under this key: Someone else has this job (ALREADY_ACCEPTED, version 2, key k1). Now the job is Open", run.Output);
    }

    [Fact]
    public async Task A_job_handed_back_too_late_is_not_called_open()
    {
        var body = Answer.SuccessBody(version: 3, status: "Open");
        body["job"]!["expiresAt"] = "2026-11-23T10:00:00.000Z";
        await using var gateway = await StubGateway.StartAsync(Answer.Json(200, body));
        using var jobctl = new Jobctl(gateway);

        Assert.Contains(
            "Nobody else can take it: it was on offer until 2026-11-23 10:00:00.000Z.", (await jobctl.RunAsync("withdraw", "j1", "--as", "ann")).Output);
    }

    [Fact]
    public async Task A_decision_that_takes_longer_is_waited_for()
    {
        await using var gateway = await StubGateway.StartAsync(Answer.Timeout(), Answer.Pending(), Answer.Decided(Answer.SuccessBody()));
        using var jobctl = new Jobctl(gateway);

        var run = await jobctl.RunAsync("accept", "j1", "--as", "ann", "--key", "k1", "--wait", "60");

        Assert.Equal((0, "You got the job (version 2, key k1)."), (run.Code, run.Output.TrimEnd()));
    }

    [Fact]
    public async Task A_dry_run_says_what_would_happen()
    {
        await using var gateway = await StubGateway.StartAsync(
            Answer.Raw(200, "application/json", """{"outcome":"DRY_RUN","dryRun":true,"would":{"outcome":"SUCCESS","version":2}}"""),
            Answer.Raw(200, "application/json", """{"outcome":"DRY_RUN","dryRun":true,"would":{"outcome":"FAIL","code":"ALREADY_ACCEPTED","version":2}}"""));
        using var jobctl = new Jobctl(gateway);

        var would = await jobctl.RunAsync("accept", "j1", "--as", "ann", "--dry-run");
        var wouldNot = await jobctl.RunAsync("accept", "j1", "--as", "ann", "--dry-run");

        Assert.Equal((0, "Would succeed (version 2)."), (would.Code, would.Output.TrimEnd()));
        Assert.Equal((2, "Would be rejected (ALREADY_ACCEPTED, version 2)."), (wouldNot.Code, wouldNot.Output.TrimEnd()));
        Assert.All(gateway.Seen, request => Assert.Equal("/v1/job-requests/j1/accept?dryRun=true", request.Target));
    }

    [Fact]
    public async Task Text_of_others_is_shown_as_what_it_is()
    {
        await using var gateway = await StubGateway.StartAsync(Answer.Fail(title: "gone\u001b[2J\u202Eeno\u200B\U000E0041"));
        using var jobctl = new Jobctl(gateway);

        Assert.Contains("""gone\u001B[2J\u202Eeno\u200B\U000E0041""", (await jobctl.RunAsync("accept", "j1", "--as", "ann")).Output);
    }

    [Fact]
    public async Task A_title_cannot_make_lines_of_its_own()
    {
        var body = Answer.SuccessBody()["job"]!.AsObject();
        body["title"] = "roof\n  accepted by  eve";
        await using var gateway = await StubGateway.StartAsync(Answer.Json(200, body));
        using var jobctl = new Jobctl(gateway);

        Assert.Contains("""title        roof\n  accepted by  eve""", (await jobctl.RunAsync("show", "j1", "--as", "ann")).Output);
    }

    [Fact]
    public async Task Words_after_a_task_are_candidates()
    {
        await using var gateway = await StubGateway.StartAsync(Answer.Success());
        using var jobctl = new Jobctl(gateway);

        await jobctl.RunAsync("create", "ann", "--task", "t1=x", "bob", "cem", "@home", "--as", "zoe", "--title", "@home");

        Assert.Equal("""{"candidates":["ann","bob","cem","@home"],"tasks":[{"id":"t1","name":"x"}],"title":"@home"}""", Assert.Single(gateway.Seen).Body);
    }

    [Fact]
    public async Task A_create_says_until_when_it_is_open()
    {
        var body = Answer.SuccessBody(status: "Open");
        body["job"]!["expiresAt"] = "2030-11-12T00:00:00.000Z";
        await using var gateway = await StubGateway.StartAsync(Answer.Json(201, body));
        using var jobctl = new Jobctl(gateway);

        Assert.Contains(
            "It is on offer until 2030-11-12 00:00:00.000Z.", (await jobctl.RunAsync("create", "ann", "--as", "zoe", "--expires", "2030-11-12T00:00Z")).Output);
    }

    [Fact]
    public async Task A_dry_run_names_the_fields_that_are_wrong()
    {
        var errors = new System.Text.Json.Nodes.JsonArray(new System.Text.Json.Nodes.JsonObject { ["field"] = "candidates[0]", ["message"] = "not a name" });
        await using var gateway = await StubGateway.StartAsync(
            Answer.Refused(400, "VALIDATION", errors: errors), Answer.Refused(400, "VALIDATION", errors: errors.DeepClone()));
        using var jobctl = new Jobctl(gateway);

        Assert.Contains("candidates[0]: not a name", (await jobctl.RunAsync("create", "a b", "--as", "zoe", "--dry-run")).Error);
        Assert.Contains("candidates[0]: not a name", (await jobctl.RunAsync("list", "--status", "open", "--as", "zoe")).Error);
    }
}
