using System.Net.Http.Json;
using JobRequests.Testing.Backends;

namespace JobRequests.Gateway.Tests.Idempotency.Redis;

/// <summary>A way of its own through Toxiproxy to the announced Redis, so that tests do not disturb each other.</summary>
internal sealed class Toxics : IAsyncDisposable
{
    private readonly HttpClient _http;
    private readonly string _name = "redis-" + Guid.NewGuid().ToString("N");

    private Toxics(string api) => _http = new HttpClient { BaseAddress = new Uri(api) };

    /// <summary>Where the proxy listens.</summary>
    public string Address { get; private set; } = "";

    public static async Task<Toxics> StartAsync()
    {
        var toxics = new Toxics(Servers.Announced("TOXIPROXY"));
        using var response = await toxics._http.PostAsJsonAsync(
            "/proxies", new { name = toxics._name, listen = "127.0.0.1:0", upstream = await Servers.RedisAsync(), enabled = true });
        response.EnsureSuccessStatusCode();
        toxics.Address = (await response.Content.ReadFromJsonAsync<Proxy>())!.Listen;
        return toxics;
    }

    public async Task AddAsync(string type, object attributes)
    {
        using var response = await _http.PostAsJsonAsync($"/proxies/{_name}/toxics", new { name = type, type, attributes });
        response.EnsureSuccessStatusCode();
    }

    public async Task RemoveAsync(string type)
    {
        using var response = await _http.DeleteAsync($"/proxies/{_name}/toxics/{type}");
        response.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        using var response = await _http.DeleteAsync($"/proxies/{_name}");
        _http.Dispose();
    }

    private sealed record Proxy(string Listen);
}
