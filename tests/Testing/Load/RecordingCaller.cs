using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using JobRequests.Verification;

namespace JobRequests.Testing.Load;

/// <summary>Sends requests over HTTP, to one gateway after the other, and writes down what each attempt brought.</summary>
public sealed class RecordingCaller(params Uri[] gateways) : IDisposable
{
    private readonly HttpClient[] _http = [.. gateways.Select(url => new HttpClient { BaseAddress = url, Timeout = TimeSpan.FromSeconds(60) })];
    private static readonly TimeSpan DecisionLimit = TimeSpan.FromSeconds(60);

    private static readonly JsonSerializerOptions WithoutNulls = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private int _turn;

    public ConcurrentQueue<RecordedCall> Calls { get; private init; } = new();

    /// <summary>Nanoseconds on one clock.</summary>
    public static long Now() => (long)(Stopwatch.GetTimestamp() * (1e9 / Stopwatch.Frequency));

    /// <summary>The same history, other servers.</summary>
    public RecordingCaller MovedTo(params Uri[] next) => new(next) { Calls = Calls };

    /// <param name="request">What is wanted.</param>
    /// <param name="gateway">Which gateway is asked; null: the next one.</param>
    public async Task<RecordedCall> SendAsync(Request request, int? gateway = null)
    {
        var start = Now();
        var call = new RecordedCall
        {
            Job = request.Job,
            Op = request.Op,
            Caller = request.Caller,
            Key = request.Key,
            Candidates = request.Candidates,
            Standby = request.Op == "accept" ? request.Standby : null,
            Waves = request.Waves,
            Confirm = request.Confirms ? true : null,
            Start = start,
            Outcome = "TIMEOUT"
        };
        try
        {
            using var message = Message(request);
            using var response = await Http(gateway).SendAsync(message);
            var body = await response.Content.ReadFromJsonAsync<JsonElement>();
            call = call with
            {
                End = Now(),
                Status = (int)response.StatusCode,
                Outcome = OutcomeOf(body),
                Code = body.TryGetProperty("code", out var code) ? code.GetString() : null,
                Version = body.TryGetProperty("version", out var version) ? version.GetInt32() : null,
                Rank = body.TryGetProperty("standby", out var standby) ? standby.GetProperty("rank").GetInt32() : null,
                Replayed = body.TryGetProperty("replayed", out var replayed) && replayed.GetBoolean(),
            };
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            // No answer: it may have happened, or may yet. The history says so by having no end.
        }

        Calls.Enqueue(call);
        return call;
    }

    /// <summary>Sends the same request again until it is decided.</summary>
    public async Task<RecordedCall> SendUntilDecidedAsync(Request request)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var call = await SendAsync(request);
            // A key that another payload owns by now stays its own, and for who was not asked there is no job.
            if (call.IsDecided || call.Status is 422 or 404) return call;
            if (Stopwatch.GetElapsedTime(started) > DecisionLimit)
                throw new InvalidOperationException(
                    $"{request} was not decided within {DecisionLimit}; the last answer was {call.Status} {call.Outcome} {call.Code}.");
            // As Retry-After asks for, but sooner.
            if (call.Status is null or 503 or 429) await Task.Delay(100);
        }
    }

    public async Task<JsonElement> ReadJobAsync(string job, string person)
    {
        var start = Now();
        var body = await GetAsync($"/v1/job-requests/{job}?consistency=strong", person);
        Calls.Enqueue(new RecordedCall
        {
            Job = job,
            Op = "get",
            Caller = person,
            Start = start,
            End = Now(),
            Outcome = "SUCCESS",
            Version = body.GetProperty("version").GetInt32(),
            Winner = body.GetProperty("acceptedBy").GetString() ?? "",
        });
        return body;
    }

    public async Task<JsonElement> GetAsync(string path, string person)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, path);
        message.Headers.Authorization = new("Bearer", $"dev-{person}");
        using var response = await Http().SendAsync(message);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    public void Dispose()
    {
        foreach (var http in _http) http.Dispose();
    }

    private HttpClient Http(int? gateway = null) => _http[gateway ?? (int)((uint)Interlocked.Increment(ref _turn) % (uint)_http.Length)];

    private static HttpRequestMessage Message(Request request)
    {
        var path = request.Op == "create" ? "/v1/job-requests" : $"/v1/job-requests/{request.Job}/{request.Op}";
        var message = new HttpRequestMessage(HttpMethod.Post, path);
        message.Headers.Authorization = new("Bearer", $"dev-{request.Caller}");
        message.Headers.Add("Idempotency-Key", request.Key);
        if (request is { Op: "amend", Candidates: { } added })
            message.Content = Json(new { addCandidates = added });
        else if (request.Candidates is { } candidates)
            message.Content = Json(
                new
                {
                    candidates,
                    tasks = new[] { new { id = "t1", name = "task" } },
                    title = request.Variant,
                    waves = request.Waves?.Select(static size => new { size, seconds = 5 }),
                    confirmSeconds = request.Confirms ? 10 : (int?)null,
                });
        else if (request.Standby)
            message.Content = Json(new { ifTaken = "standby" });
        else if (request.Variant is { } reason)
            message.Content = Json(new { reason });
        return message;
    }

    private static StringContent Json<T>(T body) => new(JsonSerializer.Serialize(body, WithoutNulls), Encoding.UTF8, "application/json");

    // REFUSED with an open outcome is a TIMEOUT to whoever reads the history.
    private static string OutcomeOf(JsonElement body)
    {
        var known = !body.TryGetProperty("retry", out var retry) || !retry.TryGetProperty("outcomeKnown", out var outcomeKnown) || outcomeKnown.GetBoolean();
        var outcome = body.GetProperty("outcome").GetString()!;
        return outcome == "REFUSED" && !known ? "TIMEOUT" : outcome;
    }
}
