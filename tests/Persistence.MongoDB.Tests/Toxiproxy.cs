using System.Net.Http.Json;
using System.Text.Json.Serialization;
using JobRequests.Testing.Backends;
using MongoDB.Driver;

namespace JobRequests.Persistence.MongoDB.Tests;

/// <summary>A way of this test's own to the server, through Toxiproxy, which can spoil it.</summary>
internal sealed class Toxiproxy : IAsyncDisposable
{
    private readonly HttpClient _http;
    private readonly string _name;

    private Toxiproxy(HttpClient http, string name, string address)
    {
        _http = http;
        _name = name;
        Address = address;
    }

    public string Address { get; }

    public static async Task<Toxiproxy> CreateAsync()
    {
        var server = MongoUrl.Create(await Servers.MongoAsync()).Server;
        var http = new HttpClient { BaseAddress = new Uri(Servers.Announced("TOXIPROXY")) };
        var name = "grains-" + Guid.NewGuid().ToString("N");
        using var created = await http.PostAsJsonAsync(
            "/proxies", new { name, listen = "127.0.0.1:0", upstream = $"{server.Host}:{server.Port}", enabled = true });
        created.EnsureSuccessStatusCode();
        var proxy = await created.Content.ReadFromJsonAsync<Proxy>();
        return new Toxiproxy(http, name, $"mongodb://{proxy!.Listen}/?directConnection=true");
    }

    public Task AddAsync(string type, object attributes, string stream = "downstream") =>
        SendAsync(HttpMethod.Post, "/toxics", new { name = type, type, stream, attributes });

    public Task RemoveAsync(string type) => SendAsync(HttpMethod.Delete, $"/toxics/{type}", null);

    /// <summary>Closes all connections and refuses new ones, or lets them in again.</summary>
    public Task EnableAsync(bool enabled) => SendAsync(HttpMethod.Post, "", new { enabled });

    public async ValueTask DisposeAsync()
    {
        await SendAsync(HttpMethod.Delete, "", null);
        _http.Dispose();
    }

    private async Task SendAsync(HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, $"/proxies/{_name}{path}") { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await _http.SendAsync(request);
        response.EnsureSuccessStatusCode();
    }

    private sealed record Proxy([property: JsonPropertyName("listen")] string Listen);
}
