using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace JobRequests.Operations.Tests;

/// <summary>Calls a gateway as somebody.</summary>
internal static class Caller
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(40) };

    public static async Task<(int Status, JsonNode? Body)> GetAsync(Uri gateway, string path, string? person = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(gateway, path));
        return await SendAsync(request, person);
    }

    public static async Task<(int Status, JsonNode? Body)> PostAsync(
        Uri gateway, string path, string person, object body, string? prefer = null, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(gateway, path)) { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", key ?? Guid.NewGuid().ToString("N"));
        if (prefer is not null) request.Headers.Add("Prefer", prefer);
        return await SendAsync(request, person);
    }

    /// <summary>Creates a job for ann and bob, and repeats it under its key until the cluster has taken it.</summary>
    public static async Task<string> OfferAsync(Uri gateway)
    {
        var key = Guid.NewGuid().ToString("N");
        (int Status, JsonNode? Body) answer = default;
        await Eventually.TrueAsync("a job is created", async () =>
        {
            answer = await PostAsync(gateway, "/v1/job-requests", "zoe", new { candidates = new[] { "ann", "bob" }, tasks = Array.Empty<object>() }, key: key);
            return answer.Status == 201;
        }, () => $"{answer.Status} {answer.Body}");
        return (string)answer.Body!["jobRequestId"]!;
    }

    private static async Task<(int Status, JsonNode? Body)> SendAsync(HttpRequestMessage request, string? person)
    {
        if (person is not null) request.Headers.Add("Authorization", $"Bearer dev-{person}");
        using var answer = await Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return ((int)answer.StatusCode,
            answer.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true ? JsonNode.Parse(text) : null);
    }
}

/// <summary>Waits for what comes about in another process, of which nothing tells but asking.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public static async Task TrueAsync(string what, Func<Task<bool>> isTrue, Func<string>? seen = null)
    {
        var deadline = DateTime.UtcNow + Limit;
        Exception? last = null;
        while (DateTime.UtcNow < deadline)
        {
            try
            {
                if (await isTrue()) return;
                last = null;
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
            {
                last = exception;
            }

            await Task.Delay(Pause);
        }

        Assert.Fail($"Not within {Limit}: {what}. Seen last: {last?.Message ?? seen?.Invoke() ?? "no"}");
    }
}
