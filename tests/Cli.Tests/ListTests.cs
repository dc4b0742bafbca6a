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
                "j1  Open       2026-11-23 10:00:00.000Z  zoe           2 may answer      roof",
                "j2  Open       2026-11-23 10:00:00.000Z  zoe           2 may answer      doors",
            ],
            run.Output.TrimEnd().Split('\n'));
        const string Filter = "/v1/job-requests?status=Open&requester=me&q=o%26o";
        Assert.Equal([$"{Filter}&limit=3", $"{Filter}&limit=2&cursor=c1", $"{Filter}&limit=2&cursor=c2"], gateway.Seen.Select(request => request.Target));
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
    public async Task An_empty_list_and_more_pages_are_announced()
    {
        await using var gateway = await StubGateway.StartAsync(Page(null), Page("c1", Job("j1", "roof")));
        using var jobctl = new Jobctl(gateway);

        Assert.Equal("No jobs.\n", (await jobctl.RunAsync("list", "--as", "zoe", "--offered")).Output);
        Assert.EndsWith("More results available: use --limit N or --all.\n", (await jobctl.RunAsync("list", "--as", "zoe", "--limit", "1")).Output);
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

    private static string Job(string id, string title) =>
        $$"""{"jobRequestId":"{{id}}","status":"Open","epoch":1,"version":1,"title":"{{title}}","requester":"zoe","acceptedBy":null,"candidates":[],"candidatesLeft":2,"tasks":[],"createdAt":"2026-11-23T10:00:00.000Z","expiresAt":null}""";

    private static Microsoft.AspNetCore.Http.RequestDelegate Page(string? next, params string[] jobs) =>
        Raw($$"""{"items":[{{string.Join(',', jobs)}}],"next":{{(next is null ? "null" : $"\"{next}\"")}}}""");

    private static Microsoft.AspNetCore.Http.RequestDelegate Raw(string body) => Answer.Raw(200, "application/json", body);
}
