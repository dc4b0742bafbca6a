using System.Text.Json;

namespace JobRequests.Client.Wire;

/// <summary>
/// Follows a feed through as many connections as it takes: each next one begins where the last one ended. What came already is left out, so that
/// an event is told once even where the service repeats it.
/// </summary>
internal sealed class EventWatch(GatewayConnection gateway, JobRequestsClientOptions options, TimeProvider clock, string route) : IAsyncDisposable
{
    private const int MostJobs = 10_000;

    private readonly Dictionary<string, long> _seen = new(StringComparer.Ordinal);
    private HttpResponseMessage? _response;
    private EventStreamReader? _reader;
    private Pause _pause = new(options);
    private string? _lastEventId;
    private TimeSpan? _advised;
    private bool _wasConnected;

    /// <exception cref="JobRequestsException">The service refused; not where it is busy or away after the watch has begun.</exception>
    /// <exception cref="HttpRequestException">It could not be reached at the beginning.</exception>
    public async ValueTask<WatchItem> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_reader is null && !await ConnectAsync(cancellationToken))
                await Task.Delay(_pause.Next(_advised), clock, cancellationToken);
            else if (await ReadAsync(cancellationToken) is not { } sent)
                await DisconnectAsync(cancellationToken);
            else if (ItemOf(sent) is { } item)
                return item;
        }
    }

    public ValueTask DisposeAsync()
    {
        _reader?.Dispose();
        _response?.Dispose();
        return default;
    }

    private async Task<bool> ConnectAsync(CancellationToken cancellationToken)
    {
        try
        {
            _response = await gateway.OpenAsync(route, _lastEventId, cancellationToken);
            _reader = new EventStreamReader(await _response.Content.ReadAsStreamAsync(cancellationToken), _lastEventId);
            _wasConnected = true;
            return true;
        }
        catch (Exception exception)
            when (_wasConnected && exception is HttpRequestException or IOException or JobRequestsException { Answer.Status: 429 or 502 or 503 or 504 })
        {
            _advised = (exception as JobRequestsException)?.RetryAfter;
            return false;
        }
    }

    private async Task<SentEvent?> ReadAsync(CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(options.WatchSilence, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silence.Token);
        try
        {
            return await _reader!.ReadAsync(either.Token);
        }
        catch (Exception exception)
            when (!cancellationToken.IsCancellationRequested && exception is IOException or HttpRequestException or OperationCanceledException)
        {
            return null;
        }
    }

    private async Task DisconnectAsync(CancellationToken cancellationToken)
    {
        _lastEventId = _reader!.LastEventId;
        _advised = _reader.Retry;
        await DisposeAsync();
        (_reader, _response) = (null, null);
        await Task.Delay(_pause.Next(_advised), clock, cancellationToken);
    }

    private WatchItem? ItemOf(SentEvent sent)
    {
        _pause = new Pause(options);
        if (sent.Type == "reload")
            return new WatchItem.Reload();
        if (sent.Data is null || JsonSerializer.Deserialize(sent.Data, WireJson.Default.WatchedEvent) is not { } watched)
            return null;
        if (_seen.TryGetValue(watched.JobRequestId, out var version) && watched.Version <= version)
            return null;
        if (_seen.Count >= MostJobs)
            _seen.Clear();
        _seen[watched.JobRequestId] = watched.Version;
        return new WatchItem.Happened(watched.JobRequestId, watched.ToEvent(), sent.Data);
    }
}

/// <summary>An event of a feed: as in a job's history, with the job.</summary>
internal sealed record WatchedEvent
{
    public string JobRequestId { get; init; } = "";
    public long Version { get; init; }
    public string Type { get; init; } = "";
    public DateTimeOffset? At { get; init; }
    public string? By { get; init; }
    public int Epoch { get; init; }
    public JsonElement Data { get; init; }

    public JobEvent ToEvent() => new() { Version = Version, Type = Type, At = At, By = By, Epoch = Epoch, Data = Data };
}
