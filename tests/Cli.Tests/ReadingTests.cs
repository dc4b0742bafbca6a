using JobRequests.Testing.Stub;

namespace JobRequests.Cli.Tests;

public sealed class ReadingTests
{
    private const string Job = """
        {"jobRequestId":"j1","status":"Accepted","epoch":1,"version":2,"title":"windows","requester":"zoe","acceptedBy":"ann",
         "candidates":[{"id":"ann","answer":"Accepted"},{"id":"bob","answer":null}],"candidatesLeft":1,
         "tasks":[{"id":"t1","name":"kitchen","done":true}],"createdAt":"2026-11-23T10:00:00.000Z","expiresAt":null}
        """;

    [Fact]
    public async Task A_job_is_shown_for_a_person()
    {
        await using var gateway = await StubGateway.StartAsync(Answer.Raw(200, "application/json", Job));
        using var jobctl = new Jobctl(gateway);

        var run = await jobctl.RunAsync("show", "j1", "--as", "zoe", "--strong", "--min-version", "2");

        Assert.Equal(0, run.Code);
        Assert.Equal(
            """
            j1  Accepted  (version 2, epoch 1)
              title        windows
              requester    zoe
              accepted by  ann
              candidates   ann (Accepted), bob
              may answer   1
              created      2026-11-23 10:00:00.000Z
              task t1      [x] kitchen
            """.ReplaceLineEndings("\n"),
            run.Output.TrimEnd().ReplaceLineEndings("\n"));
        Assert.Equal("/v1/job-requests/j1?consistency=strong&minVersion=2", Assert.Single(gateway.Seen).Target);
    }

    [Fact]
    public async Task Why_prints_the_sentence_its_reasons_and_steps()
    {
        await using var gateway = await StubGateway.StartAsync(
            Answer.Raw(200, "application/json", """
                {"state":"DECIDED","jobRequestId":"j1","operation":"accept","key":"k1","summary":"Someone else has this job. Lost by 38 ms to a command at partition 3 offset 4702, yours 4711.",
                 "outcome":"FAIL","rule":{"code":"ALREADY_ACCEPTED","type":"/problems/already-accepted","title":"Taken","text":"Another candidate accepted first."},"version":2,"epoch":1,
                 "times":{"receivedAt":"2026-11-23T10:00:00.000Z","decidedAt":"2026-11-23T10:00:00.012Z"},"position":{"partition":3,"offset":4711},
                 "because":{"version":2,"type":"JobAccepted","at":"2026-11-23T10:00:00.000Z","by":null,"position":{"partition":3,"offset":4702}},"lostBy":{"ms":38,"measured":"log"},
                 "timeline":"/t","instance":"/i"}
                """),
            Answer.Refused(404, "REQUEST_UNKNOWN"));
        using var jobctl = new Jobctl(gateway);

        var run = await jobctl.RunAsync("why", "k1", "--job", "j1", "--as", "bob");
        var unknown = await jobctl.RunAsync("why", "k2", "--as", "bob");

        Assert.Equal(
            """
            Someone else has this job. Lost by 38 ms to a command at partition 3 offset 4702, yours 4711.
              command      accept of job j1
              outcome      FAIL ALREADY_ACCEPTED
              version      2 (epoch 1)
              rule         Another candidate accepted first.
              because of   version 2, JobAccepted, partition 3 offset 4702
              lost by      38 ms, measured at the log
              place        partition 3 offset 4711
              received     2026-11-23 10:00:00.000Z
              decided      2026-11-23 10:00:00.012Z  +12 ms
            """.ReplaceLineEndings("\n"),
            run.Output.TrimEnd().ReplaceLineEndings("\n"));
        Assert.Equal((0, 4), (run.Code, unknown.Code));
        Assert.Equal(["/v1/requests/k1/explain?job=j1&op=accept", "/v1/requests/k2/explain"], gateway.Seen.Select(request => request.Target));
    }

    [Fact]
    public async Task A_history_is_shown_line_by_line()
    {
        await using var gateway = await StubGateway.StartAsync(Answer.Raw(200, "application/json", """
            {"jobRequestId":"j1","version":2,"events":[{"version":1,"type":"JobRequested","at":"2026-11-23T10:00:00.000Z","by":"zoe","epoch":1,"data":{"title":"roof"}},
             {"version":2,"type":"JobAccepted","at":"2026-11-23T10:00:01.000Z","by":null,"epoch":1,"data":{}}]}
            """));
        using var jobctl = new Jobctl(gateway);

        var lines = (await jobctl.RunAsync("history", "j1", "--as", "zoe")).Output.TrimEnd().Split('\n');

        Assert.Equal(2, lines.Length);
        Assert.Equal("""   1  2026-11-23 10:00:00.000Z  JobRequested         zoe           {"title":"roof"}""", lines[0].TrimEnd());
        Assert.Equal("   2  2026-11-23 10:00:01.000Z  JobAccepted          -", lines[1].TrimEnd());
    }

    [Fact]
    public async Task A_candidate_is_not_shown_as_the_only_one()
    {
        await using var gateway = await StubGateway.StartAsync(
            Answer.Raw(200, "application/json", """
                {"jobRequestId":"j1","version":1,"events":[{"version":1,"type":"JobRequested","at":"2026-11-23T10:00:00.000Z","by":"zoe","epoch":1,"data":{"title":"roof","candidates":["ann"]}}]}
                """),
            Answer.Raw(200, "application/json", """
                {"jobRequestId":"j1","status":"Open","epoch":1,"version":1,"title":"roof","requester":"zoe","acceptedBy":null,"candidates":[{"id":"ann","answer":null}],"tasks":[]}
                """));
        using var jobctl = new Jobctl(gateway);

        Assert.Equal("""   1  2026-11-23 10:00:00.000Z  JobRequested         zoe           {"title":"roof"}""",
            (await jobctl.RunAsync("history", "j1", "--as", "ann")).Output.TrimEnd());
        var shown = (await jobctl.RunAsync("show", "j1", "--as", "ann")).Output;
        Assert.Contains("your answer  none yet", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("candidates", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Statistics_are_a_table_by_hour_and_one_by_candidate()
    {
        await using var gateway = await StubGateway.StartAsync(Answer.Raw(200, "application/json", """
            {"from":"2026-11-23T09:00:00.000Z","to":"2026-11-23T10:00:00.000Z","jobs":2,"complete":true,
             "byHour":[{"hour":"2026-11-23T09:00:00.000Z","offers":3,"wins":1,"accepted":1,"declined":1,"medianToAnswerMs":412}],
             "byCandidate":[{"candidate":"ann","offers":2,"wins":1,"accepted":1,"declined":0,"medianToAnswerMs":1240},{"candidate":"bob","offers":1,"wins":0,"accepted":0,"declined":1,"medianToAnswerMs":null}]}
            """));
        using var jobctl = new Jobctl(gateway);

        var run = await jobctl.RunAsync("stats", "--hours", "1", "--candidate", "ann", "--as", "admin");
        var tooFar = await jobctl.RunAsync("stats", "--hours", "9999", "--as", "admin");

        Assert.Equal(
            """
            2 jobs from 2026-11-23 09:00Z to 2026-11-23 10:00Z

            hour               offers    wins  accepted  declined  median to answer
            2026-11-23 09:00Z       3       1         1         1            412 ms

            candidate  offers    wins  accepted  declined  median to answer
            ann             2       1         1         0             1.2 s
            bob             1       0         0         1                 -
            """.ReplaceLineEndings("\n"),
            run.Output.TrimEnd().ReplaceLineEndings("\n"));
        Assert.Contains("--hours is 1 to 744, not 9999.", tooFar.Error, StringComparison.Ordinal);
        var target = Assert.Single(gateway.Seen).Target;
        Assert.StartsWith("/v1/stats?from=", target, StringComparison.Ordinal);
        Assert.EndsWith("&candidate=ann", target, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("show")]
    [InlineData("history")]
    public async Task With_json_the_output_is_exactly_the_body(string verb)
    {
        await using var gateway = await StubGateway.StartAsync(Answer.Raw(200, "application/json", Job));
        using var jobctl = new Jobctl(gateway);

        Assert.Equal(new Run(0, Job, ""), await jobctl.RunAsync(verb, "j1", "--as", "zoe", "--json"));
    }

    [Theory]
    [InlineData(404, "JOB_REQUEST_NOT_FOUND", 4)]
    [InlineData(401, "UNAUTHENTICATED", 4)]
    [InlineData(429, "QUOTA_EXCEEDED", 5)]
    [InlineData(503, "UNAVAILABLE", 5)]
    public async Task A_refused_read_has_its_statuss_exit_code(int status, string code, int exit)
    {
        await using var gateway = await StubGateway.StartAsync(Answer.Refused(status, code));
        using var jobctl = new Jobctl(gateway);

        var run = await jobctl.RunAsync("show", "j1", "--as", "zoe");

        Assert.Equal((exit, ""), (run.Code, run.Output));
        Assert.Contains(code, run.Error);
    }

    [Fact]
    public async Task A_key_is_looked_up_and_waited_for()
    {
        await using var gateway = await StubGateway.StartAsync(
            Answer.StatusUnknown(), Answer.Pending(), Answer.Pending(), Answer.Decided(Answer.SuccessBody()));
        using var jobctl = new Jobctl(gateway);

        var unknown = await jobctl.RunAsync("request", "k1", "--job", "j1", "--op", "accept", "--as", "ann");
        var pending = await jobctl.RunAsync("request", "k1", "--job", "j1", "--op", "accept", "--as", "ann");
        var decided = await jobctl.RunAsync("request", "k1", "--job", "j1", "--op", "accept", "--as", "ann", "--wait", "60");

        Assert.Equal([4, 3, 0], [unknown.Code, pending.Code, decided.Code]);
        Assert.Contains("safe to send", unknown.Error);
        Assert.Equal("You got the job (version 2, key k1).", decided.Output.TrimEnd());
        Assert.All(gateway.Seen, request => Assert.Equal(("GET", "/v1/requests/k1?job=j1&op=accept"), (request.Method, request.Target)));
    }

    [Fact]
    public async Task The_rules_name_every_rejection()
    {
        using var jobctl = new Jobctl();

        var run = await jobctl.RunAsync("rules");

        Assert.Equal(0, run.Code);
        Assert.NotEmpty(Domain.Rejections.All);
        Assert.All(Domain.Rejections.All, rejection =>
        {
            Assert.Contains(rejection.Code, run.Output);
            Assert.Contains(rejection.Title, run.Output);
            Assert.Contains(rejection.Description, run.Output);
        });
    }
}
