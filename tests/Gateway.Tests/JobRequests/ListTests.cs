using System.Collections.Immutable;
using JobRequests.Gateway.Tests.Hosting;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Gateway.Tests.JobRequests;

public sealed class ListTests
{
    private const string Route = "/v1/job-requests";
    private const string Other = "6a1d7b63-8e1f-5c0d-8b71-1e7e4c6b5f22";

    [Fact]
    public async Task A_page_shows_jobs_and_leads_to_the_next()
    {
        await using var host = await GatewayHost.StartAsync();
        var asked = new List<(JobQuery Query, Caller Caller)>();
        host.Jobs.ReadViewLag = () => Task.FromResult(TimeSpan.FromMilliseconds(41.5));
        host.Jobs.List = (query, caller) =>
        {
            asked.Add((query, caller));
            return Task.FromResult(query.After is null
                ? new JobPage([Snapshots.JobOfCandidate(Http.Job)], new JobPosition(1_795_000_000_000, Http.Job))
                : new JobPage([Snapshots.JobOfCandidate(Other)], null));
        };

        var first = await host.GetAsync(Route + "?candidate=me&status=Open&q=windows&limit=1", "ann");
        var second = await host.GetAsync($"{Route}?candidate=me&status=Open&q=windows&limit=2&cursor={first["next"]}", "ann");

        Assert.Equal((200, "42", "no-cache, private", "Authorization"),
            (first.Status, first.Header("View-Lag-Ms"), first.Header("Cache-Control"), first.Header("Vary")));
        Assert.Equal(
            $$"""{"items":[{"jobRequestId":"{{Http.Job}}","status":"Open","epoch":1,"version":1,"title":null,"requester":"zoe","acceptedBy":null,"candidates":[{"id":"ann","answer":null}],"tasks":[{"id":"t1","name":"windows","done":false}],"createdAt":"2026-11-23T10:00:00.000Z","expiresAt":null}],"next":"{{first["next"]}}"}""",
            first.Text);
        Assert.Equal($"<{Route}?candidate=me&status=Open&q=windows&limit=1&cursor={first["next"]}>; rel=\"next\"", first.Header("Link"));
        Assert.Equal((200, null, null), (second.Status, second["next"], second.Header("Link")));
        Assert.Equal((new JobQuery("Open", "ann", null, "windows", null, 1), new Caller("ann", false)), asked[0]);
        Assert.Equal(new JobQuery("Open", "ann", null, "windows", new JobPosition(1_795_000_000_000, Http.Job), 2), asked[1].Query);
    }

    [Fact]
    public async Task An_administrator_may_name_anybody_and_me_is_who_calls()
    {
        await using var host = await GatewayHost.StartAsync();
        JobQuery? asked = null;
        host.Jobs.List = (query, _) =>
        {
            asked = query;
            return Task.FromResult(new JobPage([], null));
        };

        Assert.Equal("""{"items":[],"next":null}""", (await host.GetAsync(Route + "?candidate=bob&requester=me&status=&q=&cursor=", "admin")).Text);

        Assert.Equal(new JobQuery(null, "bob", "admin", null, null, 50), asked);
    }

    [Fact]
    public async Task A_standing_is_the_callers_and_so_is_its_cursor()
    {
        await using var host = await GatewayHost.StartAsync();
        var asked = new List<JobQuery>();
        host.Jobs.List = (query, _) =>
        {
            asked.Add(query);
            return Task.FromResult(new JobPage([], new JobPosition(1_795_000_000_000, Http.Job)));
        };

        var first = await host.GetAsync(Route + "?standing=Winner&startsFrom=2026-12-01T00:00:00%2B01:00", "ann");
        var other = await host.GetAsync($"{Route}?standing=Standby&startsFrom=2026-12-01T00:00:00%2B01:00&cursor={first["next"]}", "ann");
        var later = await host.GetAsync($"{Route}?standing=Winner&startsFrom=2026-12-02T00:00:00%2B01:00&cursor={first["next"]}", "ann");

        var starts = new DateTimeOffset(2026, 11, 30, 23, 0, 0, TimeSpan.Zero);
        Assert.Equal([new JobQuery(null, "ann", null, null, null, 50, Standing: "Winner", StartsFrom: starts)], asked);
        Assert.All([other, later], answer => Assert.Equal((400, "cursor"), (answer.Status, Assert.Single(answer.WrongFields))));
    }

    [Fact]
    public async Task Metadata_filters_travel_in_one_order()
    {
        await using var host = await GatewayHost.StartAsync();
        var asked = new List<ImmutableArray<string>?>();
        host.Jobs.List = (query, _) =>
        {
            asked.Add(query.Metadata);
            return Task.FromResult(new JobPage([], new JobPosition(1_795_000_000_000, Http.Job)));
        };

        var first = await host.GetAsync(Route + "?metadata.team=night&metadata.Site.1=a%3Db", "zoe");
        var second = await host.GetAsync($"{Route}?metadata.Site.1=a%3Db&metadata.team=night&cursor={first["next"]}", "zoe");
        var other = await host.GetAsync($"{Route}?metadata.team=day&cursor={first["next"]}", "zoe");

        Assert.Equal((200, 200, 400), (first.Status, second.Status, other.Status));
        Assert.All(asked, pairs => Assert.Equal(["Site.1=a=b", "team=night"], pairs!.Value));
        Assert.Equal(2, asked.Count);
    }

    [Theory]
    [InlineData("?metadata.=x", "metadata.")]
    [InlineData("?metadata.a%24=x", "metadata.a$")]
    [InlineData("?metadata=x", "metadata")]
    [InlineData("?status=Opened", "status")]
    [InlineData("?status=open", "status")]
    [InlineData("?status=None", "status")]
    [InlineData("?standing=winner", "standing")]
    [InlineData("?standing=ToAnswer&candidate=bob", "candidate")]
    [InlineData("?startsFrom=2026-12-01", "startsFrom")]
    [InlineData("?startsTo=2026-12-01T10:00:00", "startsTo")]
    [InlineData("?startsFrom=2026-12-01T10:00:00Z&startsTo=2026-12-01T10:00:00Z", "startsFrom")]
    [InlineData("?candidate=bob", "candidate")]
    [InlineData("?requester=bob", "requester")]
    [InlineData("?limit=0", "limit")]
    [InlineData("?limit=201", "limit")]
    [InlineData("?limit=-1", "limit")]
    [InlineData("?limit=99999999999", "limit")]
    [InlineData("?limit=many", "limit")]
    [InlineData("?limit=1&limit=2", "limit")]
    [InlineData("?q=%00", "q")]
    [InlineData("?q=%20&q=b", "q")]
    [InlineData("?cursor=nonsense", "cursor")]
    [InlineData("?cursor=AXN1cmVseSBub3QgYSBjdXJzb3IgYnV0IG9mIGxlbmd0", "cursor")]
    [InlineData("?stauts=Open", "stauts")]
    [InlineData("/counts?status=Open", "status")]
    [InlineData("/counts?requester=bob", "requester")]
    public async Task A_wrong_question_names_the_field(string query, string field)
    {
        await using var host = await GatewayHost.StartAsync();

        var answer = await host.GetAsync(Route + query, "ann");

        Assert.Equal((400, "validation"), (answer.Status, answer.ProblemType));
        Assert.Equal([field], answer.WrongFields);
    }

    [Fact]
    public async Task A_cursor_of_another_question_is_refused()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.List = (_, _) => Task.FromResult(new JobPage([], new JobPosition(1_795_000_000_000, Http.Job)));
        var cursor = (await host.GetAsync(Route + "?candidate=me&q=a", "ann"))["next"]!;

        for (var i = 0; i < cursor.Length; i++)
        {
            var altered = cursor[..i] + (cursor[i] == 'A' ? 'B' : 'A') + cursor[(i + 1)..];
            var answer = await host.GetAsync($"{Route}?candidate=me&q=a&cursor={altered}", "ann");
            Assert.Equal((400, "cursor"), (answer.Status, Assert.Single(answer.WrongFields)));
        }

        Assert.Equal(200, (await host.GetAsync($"{Route}?candidate=me&q=a&limit=7&cursor={cursor}", "ann")).Status);
        foreach (var (query, person) in new[]
            { ("candidate=me&q=b", "ann"), ("candidate=me", "ann"), ("candidate=me&q=a", "bob"), ("requester=me&q=a", "ann"),
                ("candidate=me&q=a&status=Open", "ann") })
            Assert.Equal(["cursor"], (await host.GetAsync($"{Route}?{query}&cursor={cursor}", person)).WrongFields);
    }

    [Fact]
    public async Task Counts_name_every_status()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.Count = (_, _) =>
            Task.FromResult(new JobCounts(new Dictionary<string, long> { ["Open"] = 3, ["Declined"] = 1 }.ToImmutableDictionary(), IsComplete: false));

        Assert.Equal(
            """{"counts":{"Open":3,"Accepted":0,"Started":0,"Finished":0,"Declined":1,"Expired":0,"Cancelled":0},"total":4,"complete":false}""",
            (await host.GetAsync(Route + "/counts?requester=me")).Text);
    }

    [Fact]
    public async Task A_list_that_cannot_be_read_is_503()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.List = (_, _) => Task.FromException<JobPage>(new InvalidOperationException("secret"));

        var answer = await host.GetAsync(Route);

        Assert.Equal(503, answer.Status);
        Assert.NotNull(answer.Header("Retry-After"));
        Assert.DoesNotContain("secret", answer.Text);
    }

    [Fact]
    public async Task Only_answers_from_views_say_their_lag()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.ReadViewLag = () => Task.FromResult(TimeSpan.FromSeconds(2));
        host.Jobs.ReadView = (id, _, _, _) => Task.FromResult<JobSnapshot?>(Snapshots.Job(id));
        host.Jobs.Read = (id, _) => Task.FromResult<JobSnapshot?>(Snapshots.Job(id));

        Assert.Equal("2000", (await host.GetAsync($"{Route}/{Http.Job}")).Header("View-Lag-Ms"));
        Assert.Null((await host.GetAsync($"{Route}/{Http.Job}?consistency=strong")).Header("View-Lag-Ms"));
    }

    [Fact]
    public async Task An_unknown_lag_is_left_out()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Jobs.ReadViewLag = () => new TaskCompletionSource<TimeSpan>().Task;

        var answer = await host.GetAsync(Route).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

        Assert.Equal((200, null), (answer.Status, answer.Header("View-Lag-Ms")));
    }
}
