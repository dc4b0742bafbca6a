using JobRequests.Gateway.Tests.Hosting;

namespace JobRequests.Gateway.Tests.Product;

/// <summary>The embedded product rebuilds its views while it is in use.</summary>
public sealed class RebuildTests(ProductHost product) : IClassFixture<ProductHost>
{
    private const string Rebuild = "/v1/admin/views/rebuild";

    [Fact]
    public async Task Views_rebuilt_under_load_read_as_before()
    {
        var jobs = new List<string>();
        for (var i = 0; i < 20; i++) jobs.Add(await OfferAsync(i));
        using var enough = new CancellationTokenSource();
        var load = Task.Run(async () =>
        {
            var made = new List<string>();
            for (var i = 100; !enough.IsCancellationRequested; i++)
            {
                made.Add(await OfferAsync(i));
                Assert.Equal(200, (await product.PostAsync($"/v1/job-requests/{made[^1]}/accept", "{}", "ann", Guid.NewGuid().ToString("N"))).Status);
            }

            return made;
        });

        for (var round = 0; round < 3; round++)
        {
            Assert.Equal(200, (await product.SendAsync(HttpMethod.Post, Rebuild, null, "admin")).Status);
            var status = await UntilEndedAsync();
            Assert.Equal(("Done", "0", null), (status["state"], status["repaired"], status["error"]));
            Assert.True(int.Parse(status["jobs"]!) >= 20);
        }

        await enough.CancelAsync();
        jobs.AddRange(await load);
        foreach (var job in jobs)
        {
            var strong = await product.GetAsync($"/v1/job-requests/{job}?consistency=strong");
            var view = await product.GetAsync($"/v1/job-requests/{job}?minVersion={strong["version"]}");
            Assert.Equal(strong.Text, view.Text);
        }

        var listed = new List<string>();
        for (var address = "/v1/job-requests?requester=me&limit=200"; address is not null;)
        {
            var page = await product.GetAsync(address);
            listed.AddRange(page.Json["items"]!.AsArray().Select(item => item!["jobRequestId"]!.ToString()));
            address = page["next"] is { } next ? $"/v1/job-requests?requester=me&limit=200&cursor={next}" : null;
        }

        Assert.Equal(jobs.Order(), listed.Order());
    }

    [Fact]
    public async Task Only_an_administrator_rebuilds()
    {
        Assert.Equal((403, "administrators-only"), Status(await product.SendAsync(HttpMethod.Post, Rebuild, null, "zoe")));
        Assert.Equal((403, "administrators-only"), Status(await product.GetAsync(Rebuild)));

        static (int, string?) Status(Answer answer) => (answer.Status, answer.ProblemType);
    }

    private async Task<Answer> UntilEndedAsync()
    {
        var deadline = DateTime.UtcNow.AddSeconds(60);
        while (true)
        {
            var status = await product.GetAsync(Rebuild, "admin");
            Assert.Equal(200, status.Status);
            if (status["state"] != "Running") return status;
            Assert.True(DateTime.UtcNow < deadline, $"The rebuild has not ended within 60 s: {status.Text}");
            await Task.Delay(20);
        }
    }

    private async Task<string> OfferAsync(int number)
    {
        var answer = await product.PostAsync("/v1/job-requests", $$"""{"candidates":["ann","bob"],"tasks":[],"title":"job {{number}}"}""", key: Guid.NewGuid()
            .ToString("N"));
        Assert.Equal(201, answer.Status);
        return answer["jobRequestId"]!;
    }
}
