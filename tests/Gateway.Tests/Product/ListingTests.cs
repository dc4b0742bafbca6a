using JobRequests.Gateway.Tests.Hosting;

namespace JobRequests.Gateway.Tests.Product;

/// <summary>Lists of the embedded product: each caller sees its own jobs, and of each what it may see.</summary>
public sealed class ListingTests(ProductHost product) : IClassFixture<ProductHost>
{
    private readonly string _run = Guid.NewGuid().ToString("N")[..8];

    [Fact]
    public async Task People_list_their_own_jobs_administrators_list_all()
    {
        var first = await OfferAsync("zoe", $"{_run} Окна", "ann", "bob");
        var second = await OfferAsync("ann", $"{_run} doors", "bob");
        Assert.Equal(200, (await product.PostAsync($"/v1/job-requests/{first}/accept", "{}", Name("bob"), NewKey())).Status);
        await product.GetAsync($"/v1/job-requests/{first}?minVersion=2", Name("bob"));
        await product.GetAsync($"/v1/job-requests/{second}?minVersion=1", Name("bob"));

        Assert.Equal([second, first], await ListAsync("ann", ""));
        Assert.Equal([second], await ListAsync("ann", "requester=me"));
        Assert.Equal([first], await ListAsync("ann", "candidate=me"));
        Assert.Equal([second, first], await ListAsync("bob", "candidate=me"));
        Assert.Equal([first], await ListAsync("bob", "status=Accepted"));
        Assert.Equal([first], await ListAsync("bob", "q=" + Uri.EscapeDataString("окна")));
        Assert.Empty(await ListAsync("eve", ""));
        Assert.Equal([first], await ListAsync("admin", $"candidate={Name("ann")}", isAdmin: true));
        Assert.Equal([second, first], await ListAsync("admin", $"q={_run}", isAdmin: true));
        Assert.Equal("1", (await product.GetAsync("/v1/job-requests/counts?requester=me", Name("zoe"))).Json["counts"]!["Accepted"]!.ToString());
    }

    [Fact]
    public async Task A_search_finds_an_accent_however_it_was_typed()
    {
        var composed = await OfferAsync("zoe", $"{_run} Caf\u00e9", "ann");
        var decomposed = await OfferAsync("zoe", $"{_run} Cafe\u0301", "ann");
        foreach (var job in new[] { composed, decomposed }) await product.GetAsync($"/v1/job-requests/{job}?minVersion=1", Name("zoe"));

        foreach (var typed in new[] { "CAF\u00c9", "cafe\u0301" })
            Assert.Equal([decomposed, composed], await ListAsync("zoe", "q=" + Uri.EscapeDataString(typed)));
        Assert.Empty(await ListAsync("zoe", "q=cafe"));
    }

    [Fact]
    public async Task An_item_is_what_reading_the_job_shows()
    {
        var job = await OfferAsync("zoe", _run, "ann", "bob");
        await product.GetAsync($"/v1/job-requests/{job}?minVersion=1", Name("zoe"));

        foreach (var person in new[] { "zoe", "ann", "bob" })
        {
            var item = (await product.GetAsync("/v1/job-requests?q=" + _run, Name(person))).Json["items"]!.AsArray().Single()!.ToJsonString();
            var read = await product.GetAsync($"/v1/job-requests/{job}", Name(person));

            Assert.Equal(read.Json.ToJsonString(), item);
            Assert.NotNull(read.Header("View-Lag-Ms"));
        }
    }

    [Fact]
    public async Task Pages_follow_each_other_while_newer_jobs_come_in()
    {
        var jobs = new List<string>();
        for (var i = 0; i < 7; i++) jobs.Add(await OfferAsync("zoe", $"{_run} {i}", "ann"));
        await product.GetAsync($"/v1/job-requests/{jobs[^1]}?minVersion=1", Name("zoe"));
        foreach (var job in jobs) await product.GetAsync($"/v1/job-requests/{job}?minVersion=1", Name("zoe"));

        var seen = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await product.GetAsync($"/v1/job-requests?requester=me&limit=2&cursor={cursor}", Name("zoe"));
            seen.AddRange(page.Json["items"]!.AsArray().Select(item => item!["jobRequestId"]!.ToString()));
            cursor = page["next"];
            await OfferAsync("zoe", $"{_run} later", "ann");
        }

        Assert.Equal(Enumerable.Reverse(jobs), seen);
    }

    private async Task<IReadOnlyList<string>> ListAsync(string person, string query, bool isAdmin = false)
    {
        var answer = await product.GetAsync("/v1/job-requests?" + query, isAdmin ? person : Name(person));
        Assert.Equal(200, answer.Status);
        return [.. answer.Json["items"]!.AsArray().Select(item => item!["jobRequestId"]!.ToString())];
    }

    private async Task<string> OfferAsync(string requester, string title, params string[] candidates)
    {
        var names = string.Join(',', candidates.Select(candidate => $"\"{Name(candidate)}\""));
        var answer = await product.PostAsync("/v1/job-requests", $$"""{"candidates":[{{names}}],"tasks":[],"title":"{{title}}"}""", Name(requester), NewKey());
        Assert.Equal(201, answer.Status);
        return answer["jobRequestId"]!;
    }

    // The service is shared by tests: each has its own people.
    private string Name(string person) => $"{person}-{_run}";

    private static string NewKey() => Guid.NewGuid().ToString("N");
}
