using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using JobRequests.Testing.Backends;

namespace JobRequests.Cluster.Tests;

/// <summary>The views of a cluster are rebuilt while it works.</summary>
[Collection(OneCluster.Name)]
public sealed class ViewRebuildTests(ClusterFixture fixture)
{
    private const string Rebuild = "/v1/admin/views/rebuild";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly LocalCluster _cluster = fixture.Cluster;

    [Fact]
    public async Task Views_rebuilt_under_load_end_as_before()
    {
        await using var run = await FaultRun.StartAsync(_cluster);
        using var http = new HttpClient { BaseAddress = _cluster.Gateways[0] };
        http.DefaultRequestHeaders.Authorization = new("Bearer", "dev-admin");

        using (var started = await http.PostAsync(Rebuild, null)) started.EnsureSuccessStatusCode();
        var status = await UntilEndedAsync(http);

        Assert.Equal(("Done", 0), (status.GetProperty("state").GetString(), status.GetProperty("repaired").GetInt64()));
        Assert.True(status.GetProperty("jobs").GetInt64() > 0, status.ToString());
        await run.FinishAsync();
    }

    private static async Task<JsonElement> UntilEndedAsync(HttpClient http)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var status = await http.GetFromJsonAsync<JsonElement>(Rebuild);
            if (status.GetProperty("state").GetString() is not "Running") return status;
            Assert.True(Stopwatch.GetElapsedTime(started) < Limit, $"The rebuild has not ended within {Limit}: {status}");
            // A rebuild of another process says its state only when asked.
            await Task.Delay(200);
        }
    }
}
