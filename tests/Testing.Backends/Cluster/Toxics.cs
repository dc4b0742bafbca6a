using System.Net.Http.Json;

namespace JobRequests.Testing.Backends;

/// <summary>Faults on the way to a server: Toxiproxy's HTTP API.</summary>
public sealed class Toxics : IAsyncDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = new Uri(Servers.Announced("TOXIPROXY")) };
    private readonly HashSet<string> _touched = [];

    /// <summary>Adds a fault, both ways.</summary>
    public async Task AddAsync(string proxy, string type, object attributes)
    {
        _touched.Add(proxy);
        foreach (var stream in new[] { "upstream", "downstream" })
            (await _http.PostAsJsonAsync($"/proxies/{proxy}/toxics", new { name = $"{type}-{stream}", type, stream, attributes })).EnsureSuccessStatusCode();
    }

    /// <summary>What is sent to the server is held back until <see cref="ReleaseAsync"/>.</summary>
    public async Task HoldAsync(string proxy)
    {
        _touched.Add(proxy);
        (await _http.PostAsJsonAsync($"/proxies/{proxy}/toxics", new { name = "hold", type = "timeout", stream = "upstream", attributes = new { timeout = 0 } })).EnsureSuccessStatusCode();
    }

    public async Task ReleaseAsync(string proxy) => (await _http.DeleteAsync(new Uri($"/proxies/{proxy}/toxics/hold", UriKind.Relative))).EnsureSuccessStatusCode();

    /// <summary>Cuts every connection and lets none in, or lets them in again.</summary>
    public async Task SetEnabledAsync(string proxy, bool enabled)
    {
        _touched.Add(proxy);
        (await _http.PostAsJsonAsync($"/proxies/{proxy}", new { enabled })).EnsureSuccessStatusCode();
    }

    /// <summary>As if nothing had been.</summary>
    public async Task HealAsync()
    {
        if (_touched.Count == 0) return;
        (await _http.PostAsync(new Uri("/reset", UriKind.Relative), null)).EnsureSuccessStatusCode();
        _touched.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await HealAsync();
        _http.Dispose();
    }
}
