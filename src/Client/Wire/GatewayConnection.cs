using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace JobRequests.Client.Wire;

/// <summary>Turns requests into HTTP messages and HTTP answers into <see cref="Attempt"/>s; retries nothing.</summary>
internal sealed class GatewayConnection(HttpClient http, JobRequestsClientOptions options, TimeProvider clock)
{
    /// <summary>Marks requests that the client itself repeats, for the resilience handler to leave them alone.</summary>
    public static readonly HttpRequestOptionsKey<bool> RepeatedByClient = new("JobRequests.RepeatedByClient");

    private const string EventStream = "text/event-stream";

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
        message.Options.Set(RepeatedByClient, true);
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(EventStream));
        if (lastEventId is not null)
            message.Headers.Add("Last-Event-ID", lastEventId);
        await AuthorizeAsync(message, cancellationToken);
        var response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode == System.Net.HttpStatusCode.OK && response.Content.Headers.ContentType?.MediaType == EventStream)
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
        var granted = wait < LongestWait ? wait : LongestWait;
        var seconds = (int)Math.Ceiling(Math.Max(granted.TotalSeconds, 0));
        message.Headers.Add("Prefer", seconds == 0 ? "respond-async" : $"wait={seconds.ToString(CultureInfo.InvariantCulture)}");
        message.Options.Set(RepeatedByClient, true);

        using var silence = new CancellationTokenSource(TimeSpan.FromSeconds(seconds) + options.AnswerGrace, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silence.Token);
        try
        {
            return new Attempt.Answered(await SendAsync(message, either.Token));
        }
        catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError)
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
