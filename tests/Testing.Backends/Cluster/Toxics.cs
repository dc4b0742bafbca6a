using System.Net.Http.Json;
using System.Text.Json;

namespace JobRequests.Testing.Backends;

/// <summary>Faults on the way to a server: Toxiproxy's HTTP API.</summary>
public sealed class Toxics : IAsyncDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = new Uri(Servers.Announced("TOXIPROXY")) };
    private readonly HashSet<string> _touched = [];
    private readonly List<string> _added = [];

    /// <summary>An address of its own in front of a server, which <see cref="LeadAsync"/> can lead to another one.</summary>
    public async Task<Uri> AddProxyAsync(string name, Uri upstream)
    {
        using var added = await _http.PostAsJsonAsync("/proxies", new { name, listen = "127.0.0.1:0", upstream = upstream.Authority, enabled = true });
        added.EnsureSuccessStatusCode();
        _added.Add(name);
        var proxy = await added.Content.ReadFromJsonAsync<JsonElement>();
        return new Uri($"http://{proxy.GetProperty("listen").GetString()}");
    }

    /// <summary>From now on the proxy leads there; connections through it are cut.</summary>
    public async Task LeadAsync(string proxy, Uri upstream) =>
        (await _http.PostAsJsonAsync($"/proxies/{proxy}", new { upstream = upstream.Authority })).EnsureSuccessStatusCode();

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
        (await _http.PostAsJsonAsync($"/proxies/{proxy}/toxics",
            new { name = "hold", type = "timeout", stream = "upstream", attributes = new { timeout = 0 } })).EnsureSuccessStatusCode();
    }

    public async Task ReleaseAsync(string proxy) =>
        (await _http.DeleteAsync(new Uri($"/proxies/{proxy}/toxics/hold", UriKind.Relative))).EnsureSuccessStatusCode();

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
        foreach (var proxy in _added) (await _http.DeleteAsync(new Uri($"/proxies/{proxy}", UriKind.Relative))).EnsureSuccessStatusCode();
        await HealAsync();
        _http.Dispose();
    }
}
