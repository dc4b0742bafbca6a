using System.Net;
using System.Net.Http.Headers;
using JobRequests.Testing;

namespace JobRequests.EndToEnd.Tests;

/// <summary>More jobs come than fit into memory before they are idle.</summary>
public sealed class MemoryTests : IDisposable
{
    private const int Jobs = 30_000;
    private const int Callers = 64;

    private readonly string _folder = Directory.CreateTempSubdirectory("jobrequests-e2e-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Jobs_leave_memory_before_it_is_full()
    {
        // Hexadecimal: 256 MiB of managed memory, where so many jobs alone would take 350.
        await using var server = await StandaloneServer.StartAsync(
            _folder, new Dictionary<string, string> { ["DOTNET_GCHeapHardLimit"] = "10000000", ["Gateway__CallerRate"] = "100000" });
        using var http = new HttpClient { BaseAddress = server.Url };
        var next = 0;
        var first = "";

        await Task.WhenAll(Enumerable.Range(0, Callers).Select(async caller =>
        {
            for (int job; (job = Interlocked.Increment(ref next)) <= Jobs;)
            {
                var location = await CreateAsync(http, $"zoe{caller}", $"k{job}");
                if (job == 1) first = location;
            }
        }));

        using var read = new HttpRequestMessage(HttpMethod.Get, first);
        read.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "dev-ann");
        using var answer = await http.SendAsync(read, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static async Task<string> CreateAsync(HttpClient http, string person, string key)
    {
        while (true)
        {
            using var answer = await http.CreateAsync(person, key, "ann", "bob");
            if (answer.StatusCode != HttpStatusCode.ServiceUnavailable) return answer.EnsureSuccessStatusCode().Headers.Location!.ToString();
            await Task.Delay(answer.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        }
    }
}
