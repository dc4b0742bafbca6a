using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace JobRequests.Bench;

/// <summary>The calls of a benchmark, as small as they can be made: the generator shares its cores with the server.</summary>
internal sealed class JobCalls : IDisposable
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly HttpClient _http;
    private readonly string _run = Guid.NewGuid().ToString("N")[..8];
    private int _sequence;

    public JobCalls(string url, int connections)
    {
        var handler = new SocketsHttpHandler { MaxConnectionsPerServer = connections, UseCookies = false, UseProxy = false, AllowAutoRedirect = false };
        _http = new HttpClient(handler) { BaseAddress = new Uri(url), Timeout = TimeSpan.FromSeconds(60) };
        _http.DefaultRequestHeaders.ExpectContinue = false;
    }

    /// <returns>The job's id, or null when it was not created.</returns>
    public async Task<string?> CreateAsync(IEnumerable<string> candidates)
    {
        var body = $$"""{"candidates":[{{string.Join(',', candidates.Select(candidate => $"\"{candidate}\""))}}],"tasks":[{"id":"t1","name":"task"}]}""";
        using var response = await SendAsync("/v1/job-requests", "zoe", body);
        if (response.StatusCode != HttpStatusCode.Created) return null;
        var location = response.Headers.Location!.ToString();
        return location[(location.LastIndexOf('/') + 1)..];
    }

    public async Task<HttpStatusCode> AcceptAsync(string job, string person)
    {
        using var response = await SendAsync($"/v1/job-requests/{job}/accept", person, null);
        return response.StatusCode;
    }

    public async Task<bool> IsReadyAsync()
    {
        try
        {
            using var response = await _http.GetAsync(new Uri("/health/ready", UriKind.Relative));
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(string path, string person, string? body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer dev-{person}");
        request.Headers.TryAddWithoutValidation("Idempotency-Key", $"{_run}-{Interlocked.Increment(ref _sequence)}");
        if (body is not null) request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = Json } };
        return await _http.SendAsync(request);
    }
}
