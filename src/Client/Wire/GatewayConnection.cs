using System.Globalization;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace JobRequests.Client.Wire;

/// <summary>Turns requests into HTTP messages and HTTP answers into <see cref="Attempt"/>s; retries nothing.</summary>
internal sealed class GatewayConnection(HttpClient http, JobRequestsClientOptions options, TimeProvider clock)
{
    /// <summary>Marks requests that the client itself repeats, for the resilience handler to leave them alone.</summary>
    public static readonly HttpRequestOptionsKey<bool> RepeatedByClient = new("JobRequests.RepeatedByClient");

    private const string EventStream = "text/event-stream";
    private const string Lines = "application/x-ndjson";

    /// <summary>The longest wait the service grants one request.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    public Uri BaseAddress { get; } = http.BaseAddress ?? options.BaseAddress;

    public async Task<Attempt> PostAsync(PendingRequest request, TimeSpan wait, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, Absolute(Operation.Route(request.Operation, request.Job, request.TaskId)));
        message.Content = Json(request.Payload);
        message.Headers.Add("Idempotency-Key", request.Key);
        if (request.IfMatch is { } version)
            message.Headers.IfMatch.Add(Tag(version));
        if (request.ExecuteBefore is { } deadline)
            message.Headers.Add("Request-Deadline", deadline.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
        return await WaitingAsync(message, wait, cancellationToken);
    }

    public async Task<Attempt> GetStatusAsync(string route, TimeSpan wait, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, Absolute(route));
        return await WaitingAsync(message, wait, cancellationToken);
    }

    public async Task<HttpAnswer> GetAsync(string route, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, Absolute(route));
        return await SendAsync(message, cancellationToken);
    }

    /// <summary>A call that is no command: it needs no key, and may be repeated.</summary>
    public async Task<HttpAnswer> PostAsync(string route, CancellationToken cancellationToken, string? body = null)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, Absolute(route)) { Content = body is null ? null : Json(body) };
        return await SendAsync(message, cancellationToken);
    }

    /// <summary>Begins a feed of events; the caller reads and disposes of the answer.</summary>
    /// <exception cref="JobRequestsException">The service refused.</exception>
    public async Task<HttpResponseMessage> OpenAsync(string route, string? lastEventId, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, Absolute(route));
        if (lastEventId is not null)
            message.Headers.Add("Last-Event-ID", lastEventId);
        return await OpenAsync(message, EventStream, cancellationToken);
    }

    /// <summary>Sends many creates in one call; each line of the answer is told when it has come.</summary>
    /// <exception cref="JobRequestsException">The service refused the call as a whole.</exception>
    public async IAsyncEnumerable<LineAnswer> CreateManyAsync(
        IEnumerable<string> lines, string key, TimeSpan wait, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, Absolute("v1/job-requests/bulk"));
        message.Content = new StringContent(string.Join('\n', lines), new MediaTypeHeaderValue(Lines));
        message.Headers.Add("Idempotency-Key", key);
        var silence = Prefer(message, wait) + options.AnswerGrace;

        using var tooLong = new CancellationTokenSource(silence, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, tooLong.Token);
        using var response = await OpenAsync(message, Lines, either.Token);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(either.Token), Encoding.UTF8);
        while (await reader.ReadLineAsync(either.Token) is { } line)
        {
            tooLong.CancelAfter(silence);
            yield return Read(line);
        }

        static LineAnswer Read(string line)
        {
            try
            {
                return JsonSerializer.Deserialize(line, WireJson.Default.LineAnswer) ?? throw new IOException("An answer is empty.");
            }
            catch (JsonException e)
            {
                throw new IOException("An answer was cut off.", e);
            }
        }
    }

    /// <summary>The answer to one of many creates as the answer to it alone would be.</summary>
    public HttpAnswer AnswerOf(LineAnswer line) =>
        new(BaseAddress, line.Status, (line.Result ?? line.Problem)?.GetRawText() ?? "", RetryAfter: null, Location: null, Replayed: false);

    /// <summary>Whether the service has certainly not seen the request.</summary>
    public static bool IsNotSent(HttpRequestException exception) => exception.HttpRequestError is HttpRequestError.ConnectionError
        or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError;

    private async Task<HttpResponseMessage> OpenAsync(HttpRequestMessage message, string mediaType, CancellationToken cancellationToken)
    {
        message.Options.Set(RepeatedByClient, true);
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(mediaType));
        await AuthorizeAsync(message, cancellationToken);
        var response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode == System.Net.HttpStatusCode.OK && response.Content.Headers.ContentType?.MediaType == mediaType)
            return response;
        using (response)
            throw (await ReadAsync(response, cancellationToken)).ToException();
    }

    public async Task<HttpAnswer> DryRunAsync(JobCommand command, long? ifMatch, CancellationToken cancellationToken)
    {
        var route = Operation.Route(command.Operation, command.Job, command.TaskId);
        using var message = new HttpRequestMessage(HttpMethod.Post, Absolute($"{route}?dryRun=true"));
        message.Content = Json(command.Payload);
        if (ifMatch is { } version)
            message.Headers.IfMatch.Add(Tag(version));
        return await SendAsync(message, cancellationToken);
    }

    private async Task<Attempt> WaitingAsync(HttpRequestMessage message, TimeSpan wait, CancellationToken cancellationToken)
    {
        var granted = Prefer(message, wait);
        message.Options.Set(RepeatedByClient, true);

        using var silence = new CancellationTokenSource(granted + options.AnswerGrace, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silence.Token);
        try
        {
            return new Attempt.Answered(await SendAsync(message, either.Token));
        }
        catch (HttpRequestException e) when (IsNotSent(e))
        {
            return new Attempt.NotSent(e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return new Attempt.Lost(e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            return new Attempt.Lost(e);
        }
    }

    /// <summary>Says how long to wait for an outcome.</summary>
    /// <returns>How long the service waits.</returns>
    private static TimeSpan Prefer(HttpRequestMessage message, TimeSpan wait)
    {
        var granted = wait < LongestWait ? wait : LongestWait;
        var seconds = (int)Math.Ceiling(Math.Max(granted.TotalSeconds, 0));
        message.Headers.Add("Prefer", seconds == 0 ? "respond-async" : $"wait={seconds.ToString(CultureInfo.InvariantCulture)}");
        return TimeSpan.FromSeconds(seconds);
    }

    private async Task<HttpAnswer> SendAsync(HttpRequestMessage message, CancellationToken cancellationToken)
    {
        await AuthorizeAsync(message, cancellationToken);
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/problem+json"));

        using var response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return await ReadAsync(response, cancellationToken);
    }

    private async ValueTask AuthorizeAsync(HttpRequestMessage message, CancellationToken cancellationToken)
    {
        if (options.AccessToken is { } accessToken && await accessToken(cancellationToken) is { Length: > 0 } token)
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    private async Task<HttpAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        // JSON is UTF-8, whatever charset a page of somebody else names.
        using var body = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken), Encoding.UTF8);
        return new HttpAnswer(
            BaseAddress, (int)response.StatusCode, await body.ReadToEndAsync(cancellationToken), RetryAfter(response),
            response.Headers.Location?.OriginalString,
            response.Headers.Contains("Idempotency-Replayed"));
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        // From the server's clock to the server's clock; this machine's may be off by hours.
        { Date: { } date } when (response.Headers.Date ?? clock.GetUtcNow()) is var now => date > now ? date - now : TimeSpan.Zero,
        _ => null,
    };

    /// <summary>Below the address's own path, if it has one.</summary>
    private Uri Absolute(string route) =>
        new(BaseAddress.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/" + route.TrimStart('/'), UriKind.Absolute);

    private static StringContent Json(string payload) => new(payload, Encoding.UTF8, "application/json");

    private static EntityTagHeaderValue Tag(long version) => new($"\"{version.ToString(CultureInfo.InvariantCulture)}\"");
}
