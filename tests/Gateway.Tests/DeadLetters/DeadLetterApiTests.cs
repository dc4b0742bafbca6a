using JobRequests.Gateway.Administration;
using JobRequests.Gateway.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace JobRequests.Gateway.Tests.DeadLetters;

public sealed class DeadLetterApiTests
{
    [Fact]
    public async Task Without_a_log_there_are_no_dead_letters()
    {
        await using var host = await GatewayHost.StartAsync();

        var read = await host.GetAsync("/v1/admin/dead-letters", "admin");
        var replay = await host.SendAsync(HttpMethod.Post, "/v1/admin/dead-letters/replay", null, "admin");

        Assert.Equal((200, "no-store"), (read.Status, read.Header("Cache-Control")));
        Assert.Equal("""{"deadLetters":0,"blockedJobs":0,"groups":[],"commands":[]}""", read.Text);
        Assert.Equal((200, """{"dryRun":false,"replayed":0,"leftOut":0,"ended":[],"failedAgain":[],"unfinished":[]}"""), (replay.Status, replay.Text));
    }

    [Fact]
    public async Task It_is_for_administrators()
    {
        var deadLetters = new Recorded();
        await using var host = await GatewayHost.StartAsync(services => services.AddSingleton<IDeadLetters>(deadLetters));

        foreach (var (method, path) in new[]
            { (HttpMethod.Get, "/v1/admin/dead-letters"), (HttpMethod.Post, "/v1/admin/dead-letters/replay"), (HttpMethod.Post, "/v1/admin/dead-letters") })
        {
            var refused = await host.SendAsync(method, path, null, "ann");
            Assert.Equal((403, "administrators-only"), (refused.Status, refused.ProblemType));
            Assert.Equal(401, (await host.SendAsync(method, path, null, null)).Status);
        }

        Assert.Empty(deadLetters.Asked);
    }

    [Fact]
    public async Task What_is_asked_for_reaches_the_topic()
    {
        var deadLetters = new Recorded();
        await using var host = await GatewayHost.StartAsync(services => services.AddSingleton<IDeadLetters>(deadLetters));

        Assert.Equal(200, (await host.GetAsync($"/v1/admin/dead-letters?job={Http.Job}&limit=7&cursor=3:17", "admin")).Status);
        Assert.Equal(200, (await host.GetAsync("/v1/admin/dead-letters", "admin")).Status);
        Assert.Equal(200, (await host.SendAsync(HttpMethod.Post, "/v1/admin/dead-letters/replay?dryRun=true", $$"""{"job":"{{Http.Job}}"}""", "admin")).Status);
        Assert.Equal(200, (await host.SendAsync(HttpMethod.Post, "/v1/admin/dead-letters/replay", "{}", "admin")).Status);

        Assert.Equal([$"{Http.Job} 3:17 7", " 100", $"{Http.Job} dry", " real"], deadLetters.Asked);
    }

    [Fact]
    public async Task The_record_that_a_partition_stands_on_is_set_aside()
    {
        var deadLetters = new Recorded();
        await using var host = await GatewayHost.StartAsync(services => services.AddSingleton<IDeadLetters>(deadLetters));

        var done = await host.SendAsync(HttpMethod.Post, "/v1/admin/dead-letters", """{"stream":"requests","place":"3:17"}""", "admin");
        var other = await host.SendAsync(HttpMethod.Post, "/v1/admin/dead-letters", """{"stream":"finalevents","place":"3:18"}""", "admin");

        Assert.Equal((200, """{"deadLettered":true}"""), (done.Status, done.Text));
        Assert.Equal((200, """{"deadLettered":false}"""), (other.Status, other.Text));
        Assert.Equal(["requests 3:17 admin", "finalevents 3:18 admin"], deadLetters.Asked);
    }

    [Theory]
    [InlineData("POST", "", """{"place":"3:17"}""", "stream")]
    [InlineData("POST", "", """{"stream":"orders","place":"3:17"}""", "stream")]
    [InlineData("POST", "", """{"stream":"requests","place":"17"}""", "place")]
    [InlineData("POST", "", """{"stream":"requests"}""", "place")]
    [InlineData("GET", "?limit=0", null, "limit")]
    [InlineData("GET", "?limit=501", null, "limit")]
    [InlineData("GET", "?limit=x", null, "limit")]
    [InlineData("GET", "?cursor=1", null, "cursor")]
    [InlineData("GET", "?cursor=-1:2", null, "cursor")]
    [InlineData("GET", "?job=nonsense", null, "job")]
    [InlineData("POST", "/replay?dryRun=yes", null, "dryRun")]
    [InlineData("POST", "/replay", """{"job":"nonsense"}""", "job")]
    [InlineData("POST", "/replay", """{"jobs":"x"}""", "jobs")]
    public async Task What_is_wrong_is_named(string method, string query, string? body, string field)
    {
        await using var host = await GatewayHost.StartAsync();

        var answer = await host.SendAsync(new HttpMethod(method), "/v1/admin/dead-letters" + query, body, "admin");

        Assert.Equal((400, "validation"), (answer.Status, answer.ProblemType));
        Assert.Equal([field], answer.WrongFields);
    }

    [Fact]
    public async Task A_log_that_does_not_answer_is_503()
    {
        await using var host = await GatewayHost.StartAsync(services => services.AddSingleton<IDeadLetters>(new Recorded { Fails = true }));

        Assert.Equal(503, (await host.GetAsync("/v1/admin/dead-letters", "admin")).Status);
        Assert.Equal(503, (await host.SendAsync(HttpMethod.Post, "/v1/admin/dead-letters/replay", null, "admin")).Status);
    }

    private sealed class Recorded : IDeadLetters
    {
        public List<string> Asked { get; } = [];

        public bool Fails { get; init; }

        public Task<DeadLetterBody> ReadAsync(string? job, DeadLetterPlace? after, int limit, CancellationToken cancellationToken)
        {
            if (Fails) throw new IOException("It does not answer.");
            Asked.Add(string.Join(' ', new[] { job ?? "", after?.ToString(), $"{limit}" }.Where(static part => part is not null)));
            return Task.FromResult(DeadLetterBody.Nothing);
        }

        public Task<bool> DeadLetterOldestAsync(string stream, DeadLetterPlace place, string person, CancellationToken cancellationToken)
        {
            if (Fails) throw new IOException("It does not answer.");
            Asked.Add($"{stream} {place} {person}");
            return Task.FromResult(place.Offset == 17);
        }

        public Task<ReplayDeadLetterBody> ReplayAsync(string? job, bool dryRun, CancellationToken cancellationToken)
        {
            if (Fails) throw new IOException("It does not answer.");
            Asked.Add($"{job} {(dryRun ? "dry" : "real")}");
            return Task.FromResult(new ReplayDeadLetterBody(dryRun, 0, 0, [], [], []));
        }
    }
}
