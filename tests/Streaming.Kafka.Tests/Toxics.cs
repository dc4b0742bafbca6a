using System.Net.Http.Json;
using JobRequests.Testing.Backends;

namespace JobRequests.Streaming.Kafka.Tests;

/// <summary>The way to the broker that can be cut: Toxiproxy's proxy <c>kafka1</c>.</summary>
internal sealed class Toxics : IAsyncDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = new Uri(Servers.Announced("TOXIPROXY")) };

    public string Address { get; } = Servers.Announced("KAFKA_TOXIC");

    public Task CutAsync() => EnableAsync(false);

    public Task HealAsync() => EnableAsync(true);

    public async ValueTask DisposeAsync()
    {
        await HealAsync();
        _http.Dispose();
    }

    private async Task EnableAsync(bool enabled) => (await _http.PostAsJsonAsync("/proxies/kafka1", new { enabled })).EnsureSuccessStatusCode();
}
