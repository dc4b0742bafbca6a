using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace JobRequests.Testing.Overload;

/// <summary>Commands for jobs of its own: three creates, then two accepts of jobs that were created not long ago.</summary>
internal sealed class CommandMix : IDisposable
{
    private const string Create = """{"candidates":["p0","p1","p2","p3","p4","p5","p6","p7"],"tasks":[{"id":"t1","name":"task"}]}""";

    private readonly string _run = Guid.NewGuid().ToString("N")[..10];
    private readonly string?[] _jobs = new string?[256];
    private readonly HttpClient[] _http;

    public CommandMix(IReadOnlyList<Uri> gateways) => _http = [.. gateways.Select(url => new HttpClient(
        new SocketsHttpHandler { UseCookies = false, UseProxy = false, MaxConnectionsPerServer = 4_000 }) { BaseAddress = url, Timeout = TimeSpan.FromSeconds(30) })];

    /// <returns>The answer's status, and its code where it failed; 0 without an answer.</returns>
    public async Task<string> SendAsync(int number, string phase)
    {
        // Spread over the jobs, with the same candidate seldom twice on one.
        var job = number % 5 > 2 ? Volatile.Read(ref _jobs[number * 31 % _jobs.Length]) : null;
        using var message = job is null
            ? Message("/v1/job-requests", "zoe", $"{_run}-{phase}-{number}", Create)
            : Message($"/v1/job-requests/{job}/accept", $"p{number % 8}", $"{_run}-{phase}-{number}", null);
        try
        {
            using var response = await _http[number % _http.Length].SendAsync(message);
            if (!response.IsSuccessStatusCode) return $"{(int)response.StatusCode} {(await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString()}";
            if (job is null) Remember(number, response.Headers.Location!.ToString());
            return $"{(int)response.StatusCode}";
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            return "0";
        }
    }

    /// <summary>What the gateways say of the last minute.</summary>
    public async Task<JsonElement> ReadStatusAsync()
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, "/v1/admin/status");
        message.Headers.TryAddWithoutValidation("Authorization", "Bearer dev-admin");
        using var response = await _http[0].SendAsync(message);
        return await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
    }

    public void Dispose()
    {
        foreach (var http in _http) http.Dispose();
    }

    private void Remember(int number, string location) => Volatile.Write(ref _jobs[number % _jobs.Length], location[(location.LastIndexOf('/') + 1)..]);

    private static HttpRequestMessage Message(string path, string person, string key, string? body)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, path);
        message.Headers.TryAddWithoutValidation("Authorization", $"Bearer dev-{person}");
        message.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        if (body is not null) message.Content = new StringContent(body, Encoding.UTF8, "application/json");
        return message;
    }
}
