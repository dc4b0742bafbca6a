using JobRequests.Gateway.Tests.Hosting;

namespace JobRequests.Gateway.Tests.Product;

/// <summary>Why, and when, asked of the embedded product.</summary>
public sealed class ExplanationTests(ProductHost product) : IClassFixture<ProductHost>
{
    [Fact]
    public async Task Losers_learn_by_how_much_the_requester_everything()
    {
        var job = await RaceAsync();

        var lost = await product.GetAsync($"/v1/requests/bob-1/explain?job={job}&op=accept", "bob");
        var won = await product.GetAsync($"/v1/requests/ann-1/explain?job={job}&op=accept", "ann");
        var race = await product.GetAsync($"/v1/job-requests/{job}/timeline", "zoe");

        Assert.Equal(("FAIL", "2"), (lost["outcome"], lost["version"]));
        Assert.StartsWith("Someone else has this job. Lost ", lost["summary"]);
        Assert.EndsWith(" to a command that was decided before yours, as version 2.", lost["summary"]);
        Assert.DoesNotContain("ann", lost.Text.Replace("/problems/", "", StringComparison.Ordinal).Replace("candidate", "", StringComparison.Ordinal));
        Assert.Equal("SUCCESS", won["outcome"]);
        Assert.Equal("4bf92f3577b34da6a3ce929d0e0e4736", won["traceId"]);
        var entries = race.Json["entries"]!.AsArray();
        Assert.Equal(["zoe", "ann", "bob"], entries.Select(entry => entry!["by"]!.ToString()));
        Assert.Equal([false, true, false], entries.Select(entry => (bool)entry!["won"]!));
        Assert.Equal("2", entries[2]!["lostTo"]!.ToString());
        Assert.True((double)entries[2]!["lostBy"]!["ms"]! >= 0);
    }

    [Fact]
    public async Task A_place_in_the_line_is_no_win()
    {
        var job = await RaceAsync();

        Assert.Equal(200, (await product.PostAsync($"/v1/job-requests/{job}/accept", """{"ifTaken":"standby"}""", "bob", "bob-2")).Status);

        var entry = (await product.GetAsync($"/v1/job-requests/{job}/timeline", "zoe")).Json["entries"]![3]!;
        Assert.Equal(("SUCCESS", false, 1), (entry["outcome"]!.ToString(), (bool)entry["won"]!, (int)entry["standby"]!["rank"]!));
    }

    [Fact]
    public async Task Each_hop_of_a_success_has_its_time()
    {
        var job = await RaceAsync();
        Assert.Equal(200, (await product.GetAsync($"/v1/job-requests/{job}?minVersion=2", "zoe")).Status);
        var address = $"/v1/requests/ann-1/timeline?job={job}&op=accept";

        var way = await product.GetAsync(address, "ann");
        for (var until = DateTime.UtcNow.AddSeconds(30); Hops(way).Count() < 5
            && DateTime.UtcNow < until; way = await product.GetAsync(address, "ann")) await Task.Delay(20);

        Assert.Equal(["received", "decided", "committed", "published", "viewed"], Hops(way));
        Assert.All(way.Json["hops"]!.AsArray(), hop => Assert.NotNull(hop!["at"]));

        static IEnumerable<string> Hops(Answer way) => way.Json["hops"]!.AsArray().Select(hop => hop!["hop"]!.ToString());
    }

    [Fact]
    public async Task Timeline_job_and_keys_are_hidden_from_others()
    {
        var job = await RaceAsync();

        var candidate = await product.GetAsync($"/v1/job-requests/{job}/timeline", "bob");
        Assert.Equal((403, "not-allowed"), (candidate.Status, candidate.ProblemType));
        Assert.Equal(404, (await product.GetAsync($"/v1/job-requests/{job}/timeline", "eve")).Status);
        Assert.Equal((404, "request-unknown"), (await AskAsync("bob", "ann-1")));
        Assert.Equal((404, "job-request-not-found"), (await AskAsync("eve", "ann-1")));
        Assert.Equal(200, (await product.GetAsync($"/v1/job-requests/{job}/timeline", "admin")).Status);

        async Task<(int, string?)> AskAsync(string person, string key)
        {
            var answer = await product.GetAsync($"/v1/requests/{key}/explain?job={job}&op=accept", person);
            return (answer.Status, answer.ProblemType);
        }
    }

    private async Task<string> RaceAsync()
    {
        var created = await product.PostAsync("/v1/job-requests", Http.Create, "zoe", Guid.NewGuid().ToString("N"));
        var job = created["jobRequestId"]!;
        Assert.Equal(200,
            (await product.PostAsync(
                $"/v1/job-requests/{job}/accept", null, "ann", "ann-1", ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"))).Status);
        Assert.Equal(409, (await product.PostAsync($"/v1/job-requests/{job}/accept", null, "bob", "bob-1")).Status);
        return job;
    }
}
