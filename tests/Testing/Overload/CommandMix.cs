using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace JobRequests.Testing.Overload;

/// <summary>Commands for jobs of its own: creates, and for each job that was created two candidates who accept it.</summary>
internal sealed class CommandMix : IDisposable
{
    // So many that none of them sends more than one caller may.
    private const int Groups = 50;

    private readonly string _run = Guid.NewGuid().ToString("N")[..10];
    private readonly ConcurrentQueue<(string Job, string Person)> _offers = new();
    private readonly HttpClient[] _http;

    public CommandMix(IReadOnlyList<Uri> gateways) => _http = [.. gateways.Select(url => new HttpClient(
        new SocketsHttpHandler { UseCookies = false, UseProxy = false, MaxConnectionsPerServer = 4_000 })
            { BaseAddress = url, Timeout = TimeSpan.FromSeconds(30) })];

    /// <returns>The answer's status, and its code where it failed; 0 without an answer.</returns>
    public async Task<string> SendAsync(int number, string phase)
    {
        // No more than two fifths, however many wait: creates are refused first.
        var offer = number % 5 > 2 && _offers.TryDequeue(out var next) ? next : default;
        using var message = offer.Job is null
            ? Message("/v1/job-requests", $"zoe{number % Groups}", $"{_run}-{phase}-{number}", Create(number % Groups))
            : Message($"/v1/job-requests/{offer.Job}/accept", offer.Person, $"{_run}-{phase}-{number}", null);
        try
        {
            using var response = await _http[number % _http.Length].SendAsync(message);
            if (!response.IsSuccessStatusCode)
                return $"{(int)response.StatusCode} {(await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString()}";
            if (offer.Job is null) Offer(response.Headers.Location!.ToString(), number % Groups);
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

    private static string Create(int group) =>
        $$"""{"candidates":[{{string.Join(',', Enumerable.Range(0, 8).Select(person => $"\"p{person}-{group}\""))}}],"tasks":[{"id":"t1","name":"task"}]}""";

    private void Offer(string location, int group)
    {
        var job = location[(location.LastIndexOf('/') + 1)..];
        _offers.Enqueue((job, $"p0-{group}"));
        _offers.Enqueue((job, $"p1-{group}"));
    }

    private static HttpRequestMessage Message(string path, string person, string key, string? body)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, path);
        message.Headers.TryAddWithoutValidation("Authorization", $"Bearer dev-{person}");
        message.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        if (body is not null) message.Content = new StringContent(body, Encoding.UTF8, "application/json");
        return message;
    }
}
