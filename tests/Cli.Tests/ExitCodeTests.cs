using JobRequests.Testing.Stub;
using Microsoft.AspNetCore.Http;

namespace JobRequests.Cli.Tests;

public sealed class ExitCodeTests
{
    private static readonly Dictionary<string, (RequestDelegate Answer, int Code, string Text)> Rows = new()
    {
        ["SUCCESS"] = (Answer.Success(), 0, "You got the job (version 2, key k1)."),
        ["FAIL 409"] = (Answer.Fail(), 2, "Someone else has this job (ALREADY_ACCEPTED, version 2, key k1)."),
        ["FAIL 403"] = (Answer.Fail("NOT_ALLOWED", "You may not do this", 403), 2, "Rejected: You may not do this (NOT_ALLOWED, version 2, key k1)."),
        ["FAIL 412"] = (Answer.Fail("VERSION_MISMATCH", "The job has changed", 412), 2, "Rejected: The job has changed (VERSION_MISMATCH, version 2, key k1)."),
        ["TIMEOUT 202"] = (Answer.Timeout(202), 3,
            "No outcome yet: There is no decision yet (DECISION_TIMEOUT). It will be known for certain from 2026-11-23 10:01:00.000Z on."),
        ["TIMEOUT 504"] = (Answer.Timeout(504), 3, "No outcome yet: There is no decision yet (DECISION_TIMEOUT)"),
        ["404 unknown"] = (
            Answer.Refused(404, "JOB_REQUEST_NOT_FOUND", outcomeKnown: false), 4, "There is no such job, or it is not offered to you (JOB_REQUEST_NOT_FOUND)."),
        ["404 of a proxy"] = (Answer.Raw(404, "text/html", "<html>"), 3, "this is not an answer of JobRequests"),
        ["redirect"] = (Answer.Raw(308, "text/html; charset=utf8", "", ("Location", "https://portal/")), 3, "answered with HTTP 308 to https://portal/"),
        ["422 unknown"] = (Answer.Refused(422, "IDEMPOTENCY_KEY_REUSED", outcomeKnown: false), 3, "No outcome yet:"),
        ["429 unknown"] = (Answer.Refused(429, "TOO_MANY_ATTEMPTS", outcomeKnown: false), 3, "No outcome yet:"),
        ["400"] = (Answer.Refused(400, "VALIDATION"), 4, "Refused: Refused because of VALIDATION (VALIDATION)."),
        ["401"] = (Answer.Refused(401, "UNAUTHENTICATED"), 4, "Not signed in. Use --as NAME"),
        ["404"] = (Answer.Refused(404, "JOB_REQUEST_NOT_FOUND"), 4, "Refused:"),
        ["413"] = (Answer.Refused(413, "TOO_LARGE"), 4, "Refused:"),
        ["415"] = (Answer.Refused(415, "NOT_JSON"), 4, "Refused:"),
        ["422"] = (Answer.Refused(422, "IDEMPOTENCY_KEY_REUSED"), 4, "Refused:"),
        ["429"] = (Answer.Refused(429, "QUOTA_EXCEEDED", retryAfter: 90, advice: "same-key"), 5,
            "Not now: Refused because of QUOTA_EXCEEDED (QUOTA_EXCEEDED). Nothing was done. Try again in 90 s: `jobctl retry k1`."),
        ["503"] = (Answer.Overloaded(retryAfter: 90), 5, "Not now:"),
    };

    public static TheoryData<string> Names => [.. Rows.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Each_answer_has_its_exit_code_and_sentence(string row)
    {
        var (answer, code, text) = Rows[row];
        await using var gateway = await StubGateway.StartAsync(answer);
        using var jobctl = new Jobctl(gateway);

        var run = await jobctl.RunAsync("accept", "j1", "--as", "ann", "--key", "k1", "--wait", "0");

        Assert.Equal(code, run.Code);
        Assert.Contains(text, code is 4 or 5 ? run.Error : run.Output);
        Assert.Equal("", code is 4 or 5 ? run.Output : run.Error);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task With_json_the_output_is_exactly_the_body(string row)
    {
        string? sent = null;
        await using var gateway = await StubGateway.StartAsync(context => CopyAsync(context, Rows[row].Answer, body => sent = body));
        using var jobctl = new Jobctl(gateway);

        var run = await jobctl.RunAsync("accept", "j1", "--as", "ann", "--wait", "0", "--json");

        Assert.Equal((Rows[row].Code, sent?.StartsWith('{') == true ? sent : ""), (run.Code, run.Output));
    }

    [Fact]
    public async Task A_missing_service_is_named_with_how_to_start_it()
    {
        var gone = await StubGateway.StartAsync();
        await gone.DisposeAsync();
        using var jobctl = new Jobctl(gone);

        var run = await jobctl.RunAsync("accept", "j1", "--as", "ann", "--key", "k1");

        Assert.Equal((6, ""), (run.Code, run.Output));
        Assert.Contains($"{gone.Address} cannot be reached", run.Error);
        Assert.Contains("dotnet run -c Release --project src/Standalone", run.Error);
        Assert.Contains("jobctl retry k1", run.Error);
        Assert.Equal(6, (await jobctl.RunAsync("show", "j1", "--as", "ann")).Code);
        Assert.Equal(6, (await jobctl.RunAsync("retry")).Code);
        Assert.Equal(6, (await jobctl.RunAsync("request", "k1")).Code);
        Assert.Equal(1, jobctl.UnansweredCount);
    }

    [Theory]
    [InlineData("'accept'", "accept")]
    [InlineData("Did you mean", "accpt", "j1")]
    [InlineData("--wait is 0 to 3600", "accept", "j1", "--wait", "-1")]
    [InlineData("--key is 1 to 64", "accept", "j1", "--key", "a b")]
    [InlineData("A name is 1 to 64", "accept", "j1", "--as", "a b")]
    [InlineData("not both", "accept", "j1", "--as", "ann", "--token", "t")]
    [InlineData("is not a valid URL", "accept", "j1", "--url", "localhost:8080")]
    [InlineData("at least one candidate", "create", "--title", "roof")]
    [InlineData("is not a valid time", "create", "ann", "--expires", "soon")]
    [InlineData("is not a valid time", "create", "ann", "--expires", "12/11/2030")]
    [InlineData("too far away", "create", "ann", "--expires", "99999999d")]
    [InlineData("too far away", "accept", "j1", "--execute-before", "999999999h")]
    [InlineData("job's id is empty", "accept", "")]
    [InlineData("A token is one word", "accept", "j1", "--token", "a\nb")]
    [InlineData("at least one candidate", "create", ",")]
    [InlineData("task's id is empty", "task", "finish", "j1", " ")]
    [InlineData("needs a terminal")]
    [InlineData("--candidates is 1 to 1000", "race", "--candidates", "0")]
    public async Task Wrong_arguments_are_explained_and_nothing_is_sent(string text, params string[] arguments)
    {
        await using var gateway = await StubGateway.StartAsync();
        using var jobctl = new Jobctl(gateway);

        var run = await jobctl.RunAsync(arguments);

        Assert.Equal((64, ""), (run.Code, run.Output));
        Assert.Contains(text, run.Error);
        Assert.Empty(gateway.Seen);
    }

    [Fact]
    public async Task A_request_that_cannot_be_kept_is_not_sent()
    {
        await using var gateway = await StubGateway.StartAsync();
        using var jobctl = new Jobctl(gateway);
        await File.WriteAllTextAsync(jobctl.Config, "a file where the folder should be");

        var run = await jobctl.RunAsync("accept", "j1", "--as", "ann");

        Assert.Equal(74, run.Code);
        Assert.Contains("JOBCTL_CONFIG", run.Error);
        Assert.Empty(gateway.Seen);
        File.Delete(jobctl.Config);
    }

    [Fact]
    public async Task Help_lists_the_exit_codes()
    {
        using var jobctl = new Jobctl();

        var run = await jobctl.RunAsync("--help");

        Assert.Equal(0, run.Code);
        Assert.Contains("0 success, 2 rejected by a rule, 3 pending, 4 refused, 5 busy, 6 unreachable", run.Output);
    }

    [Fact]
    public async Task Help_has_every_verb_in_a_group_and_examples()
    {
        using var jobctl = new Jobctl();

        var help = (await jobctl.RunAsync("--help")).Output;

        var verbs = (await jobctl.RunAsync("[suggest:7]", "jobctl ")).Output.Split('\n')
            .Select(text => text.Trim())
            .Where(text => text.Length > 0 && char.IsLetter(text[0]));
        Assert.Equal(
            verbs.Order(), help[..help.IndexOf("Options of every verb", StringComparison.Ordinal)].Split('\n')
                .Where(line => line.StartsWith("  ", StringComparison.Ordinal))
                .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0])
                .Order());
        Assert.Contains("Examples:\n  jobctl create ann bob ", (await jobctl.RunAsync("create", "--help")).Output);
        Assert.DoesNotContain("Examples:", (await jobctl.RunAsync("topics", "create", "--help")).Output);
    }

    private static async Task CopyAsync(HttpContext context, RequestDelegate answer, Action<string> sent)
    {
        var wire = context.Response.Body;
        using var copy = new MemoryStream();
        context.Response.Body = copy;
        await answer(context);
        sent(System.Text.Encoding.UTF8.GetString(copy.ToArray()));
        context.Response.Body = wire;
        await wire.WriteAsync(copy.ToArray());
    }
}
