using System.Net.Http.Json;
using JobRequests.Testing.Backends;

namespace JobRequests.Gateway.Tests.Idempotency.Redis;

/// <summary>A way of its own through Toxiproxy to the announced Redis, so that tests do not disturb each other.</summary>
internal sealed class Toxics : IAsyncDisposable
{
    private readonly HttpClient http;
    private readonly string name = "redis-" + Guid.NewGuid().ToString("N");

    private Toxics(string api) => http = new HttpClient { BaseAddress = new Uri(api) };

    /// <summary>Where the proxy listens.</summary>
    public string Address { get; private set; } = "";

    public static async Task<Toxics> StartAsync()
    {
        var toxics = new Toxics(Servers.Announced("TOXIPROXY"));
        using var response = await toxics.http.PostAsJsonAsync(
            "/proxies", new { toxics.name, listen = "127.0.0.1:0", upstream = await Servers.RedisAsync(), enabled = true });
        response.EnsureSuccessStatusCode();
        toxics.Address = (await response.Content.ReadFromJsonAsync<Proxy>())!.Listen;
        return toxics;
    }

    public async Task AddAsync(string type, object attributes)
    {
        using var response = await http.PostAsJsonAsync($"/proxies/{name}/toxics", new { name = type, type, attributes });
        response.EnsureSuccessStatusCode();
    }

    public async Task RemoveAsync(string type)
    {
        using var response = await http.DeleteAsync($"/proxies/{name}/toxics/{type}");
        response.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        using var response = await http.DeleteAsync($"/proxies/{name}");
        http.Dispose();
    }

    private sealed record Proxy(string Listen);
}
