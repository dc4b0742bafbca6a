using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace JobRequests.Bench;

/// <summary>The calls of a benchmark, as small as they can be made: the generator shares its cores with the server.</summary>
internal sealed class JobCalls : IDisposable
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly HttpClient _http;
    private readonly Uri[] _gateways;
    private readonly string _run = Guid.NewGuid().ToString("N")[..8];
    private int _sequence;

    /// <param name="gateways">Addresses; calls go to one after the other.</param>
    /// <param name="connections">To each of them, at most.</param>
    public JobCalls(IReadOnlyCollection<string> gateways, int connections)
    {
        var handler = new SocketsHttpHandler { MaxConnectionsPerServer = connections, UseCookies = false, UseProxy = false, AllowAutoRedirect = false };
        _http = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(60) };
        _gateways = [.. gateways.Select(static gateway => new Uri(gateway))];
        _http.DefaultRequestHeaders.ExpectContinue = false;
    }

    /// <param name="requester">Who offers the job.</param>
    /// <param name="candidates">To whom.</param>
    /// <param name="traceParent">A trace of the caller's that the call belongs to.</param>
    /// <returns>The job's id, or null when it was not created.</returns>
    public async Task<string?> CreateAsync(string requester, IEnumerable<string> candidates, string? traceParent = null)
    {
        var body = $$"""{"candidates":[{{string.Join(',', candidates.Select(candidate => $"\"{candidate}\""))}}],"tasks":[{"id":"t1","name":"task"}]}""";
        using var response = await SendAsync("/v1/job-requests", requester, body, traceParent);
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
            using var response = await _http.GetAsync(new Uri(_gateways[0], "/health/ready"));
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(string path, string person, string? body, string? traceParent = null)
    {
        var number = Interlocked.Increment(ref _sequence);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_gateways[number % _gateways.Length], path));
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer dev-{person}");
        request.Headers.TryAddWithoutValidation("Idempotency-Key", $"{_run}-{number}");
        if (traceParent is not null) request.Headers.TryAddWithoutValidation("traceparent", traceParent);
        if (body is not null) request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = Json } };
        return await _http.SendAsync(request);
    }
}
