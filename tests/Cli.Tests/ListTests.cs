using JobRequests.Testing.Stub;

namespace JobRequests.Cli.Tests;

public sealed class ListTests
{
    [Fact]
    public async Task Jobs_are_listed_a_line_each_over_all_pages()
    {
        await using var gateway = await StubGateway.StartAsync(Page("c1", Job("j1", "roof")), Page("c2"), Page(null, Job("j2", "doors")));
        using var jobctl = new Jobctl(gateway);

        var run = await jobctl.RunAsync("list", "--as", "zoe", "--mine", "--status", "Open", "--search", "o&o", "--limit", "3");

        Assert.Equal(0, run.Code);
        Assert.Equal(
            [
                "j1\tOpen\t2026-11-23 10:00:00.000Z\tzoe\t\troof",
                "j2\tOpen\t2026-11-23 10:00:00.000Z\tzoe\t\tdoors",
            ],
            run.Output.TrimEnd().Split('\n'));
        const string Filter = "/v1/job-requests?status=Open&requester=me&q=o%26o";
        Assert.Equal([$"{Filter}&limit=3", $"{Filter}&limit=2&cursor=c1", $"{Filter}&limit=2&cursor=c2"], gateway.Seen.Select(request => request.Target));
    }

    [Fact]
    public async Task A_terminal_list_gives_short_ids_that_are_enough()
    {
        const string One = "5f0c6a52-7d0f-5b9c-9a60-0d6d3b5a4e11", Other = "5f0c6a52-7d0f-5b9c-9a60-0d6d3b5a4e22";
        const string Third = "77777777-7d0f-5b9c-9a60-0d6d3b5a4e33";
        await using var gateway = await StubGateway.StartAsync(
            Page(null, Job(One, "[roof]"), Job(Other, "doors"), Job(Third, "gate")), Answer.Success(job: Third), Answer.Decided(Answer.SuccessBody()));
        using var jobctl = new Jobctl(gateway);

        await using (var terminal = PseudoTerminal.Start(jobctl, "list --as zoe"))
        {
            Assert.Equal(0, await terminal.ExitAsync());
            Assert.Matches(@"title +status +who +created +ends +job[\s\S]*\[roof\] +Open +2 may answer +\d+ \w+ ago +5f0c6a52", terminal.Text);
        }

        Assert.Equal(0, (await jobctl.RunAsync("accept", "777777", "--as", "ann")).Code);
        Assert.Equal($"/v1/job-requests/{Third}/accept", gateway.Seen[1].Target);
        Assert.Equal(0, (await jobctl.RunAsync("request", "k1", "--job", "777777", "--op", "accept", "--as", "ann")).Code);
        Assert.Contains($"job={Third}", gateway.Seen[2].Target);
        var (several, unknown) = (await jobctl.RunAsync("accept", "5f0c6a52", "--as", "ann"), await jobctl.RunAsync("show", "abcdef", "--as", "ann"));
        Assert.Equal((64, 64, 3), (several.Code, unknown.Code, gateway.Seen.Count));
        Assert.Contains($"'5f0c6a52' is the beginning of several jobs: {One}, {Other}.", several.Error);
        Assert.Contains("No job that was listed or used here begins with 'abcdef': run jobctl list, or give the whole id.", unknown.Error);
    }

    [Fact]
    public async Task Json_prints_bodies_exactly_one_page_a_line()
    {
        const string First = """{"items":[],"next":"c1"}""", Last = """{"items":[],"next":null}""";
        await using var gateway = await StubGateway.StartAsync(Raw(First), Raw(First), Raw(Last));
        using var jobctl = new Jobctl(gateway);

        Assert.Equal(new Run(0, First, ""), await jobctl.RunAsync("list", "--as", "zoe", "--json"));
        Assert.Equal(new Run(0, $"{First}\n{Last}\n", ""), await jobctl.RunAsync("list", "--as", "zoe", "--all", "--json"));
    }

    [Fact]
    public async Task Fields_picks_members_and_leaves_refusals_whole()
    {
        await using var gateway = await StubGateway.StartAsync(
            Page(null, Job("j1", "roof"), Job("j2", "doors")), Answer.Job(2), Answer.Refused(400, "VALIDATION"));
        using var jobctl = new Jobctl(gateway);

        Assert.Equal(
            """[{"jobRequestId":"j1","title":"roof","none":null},{"jobRequestId":"j2","title":"doors","none":null}]""",
            (await jobctl.RunAsync("list", "--as", "zoe", "--fields", "jobRequestId,title,none")).Output);
        Assert.Equal("""{"status":"Accepted"}""", (await jobctl.RunAsync("show", "j1", "--as", "zoe", "--json", "--fields", "status")).Output);
        Assert.Contains("VALIDATION", (await jobctl.RunAsync("list", "--as", "zoe", "--fields", "title")).Output);
        Assert.Equal(64, (await jobctl.RunAsync("list", "--as", "zoe", "--fields", ",")).Code);
    }

    [Fact]
    public async Task An_empty_list_and_more_pages_are_announced()
    {
        await using var gateway = await StubGateway.StartAsync(Page(null), Page("c1", Job("j1", "roof")));
        using var jobctl = new Jobctl(gateway);

        Assert.Equal(new Run(0, "", "No jobs.\n"), await jobctl.RunAsync("list", "--as", "zoe", "--offered"));
        var run = await jobctl.RunAsync("list", "--as", "zoe", "--limit", "1");
        Assert.Equal(("More results available: use --limit N or --all.\n", 1), (run.Error, run.Output.Count(static letter => letter == '\n')));
    }

    [Theory]
    [InlineData("--limit", "0")]
    [InlineData("--limit", "201")]
    [InlineData("--mine", "--requester", "bob")]
    [InlineData("--offered", "--candidate", "bob")]
    public async Task A_wrong_command_line_is_refused(params string[] arguments)
    {
        await using var gateway = await StubGateway.StartAsync();
        using var jobctl = new Jobctl(gateway);

        Assert.Equal(64, (await jobctl.RunAsync(["list", "--as", "zoe", .. arguments])).Code);
        Assert.Empty(gateway.Seen);
    }

    [Fact]
    public async Task A_refused_list_has_the_exit_code_of_its_status()
    {
        await using var gateway = await StubGateway.StartAsync(Answer.Refused(400, "VALIDATION"));
        using var jobctl = new Jobctl(gateway);

        Assert.Equal(4, (await jobctl.RunAsync("list", "--as", "zoe", "--status", "Opened")).Code);
    }

    internal static string Job(string id, string title) =>
        $$"""{"jobRequestId":"{{id}}","status":"Open","epoch":1,"version":1,"title":"{{title}}","requester":"zoe","acceptedBy":null,"candidates":[],"candidatesLeft":2,"tasks":[],"createdAt":"2026-11-23T10:00:00.000Z","expiresAt":null}""";

    private static Microsoft.AspNetCore.Http.RequestDelegate Page(string? next, params string[] jobs) =>
        Raw($$"""{"items":[{{string.Join(',', jobs)}}],"next":{{(next is null ? "null" : $"\"{next}\"")}}}""");

    private static Microsoft.AspNetCore.Http.RequestDelegate Raw(string body) => Answer.Raw(200, "application/json", body);
}
