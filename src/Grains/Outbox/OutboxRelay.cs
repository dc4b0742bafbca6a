using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace JobRequests.Grains;

/// <summary>
/// Publishes the events of one job strictly in order, one at a time, each awaited; retries for as long as it takes. Events
/// reach it only after they are durable.
/// </summary>
internal sealed partial class OutboxRelay(string jobRequestId, IJobEventPublisher publisher, Action onEmpty, TimeProvider clock, ILogger logger, Random random)
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<int, ActivityContext> _causes = [];
    private readonly Dictionary<int, DateTimeOffset> _publishedAt = [];
    private IReadOnlyList<StoredEvent> _events = [];
    private int _last;
    private Task _pump = Task.CompletedTask;
    private bool _isAbandoned;

    /// <summary>Number of the last event whose publication was acknowledged.</summary>
    public int Published { get; private set; }

    /// <summary>When events were acknowledged whose document does not say so yet.</summary>
    public IReadOnlyDictionary<int, DateTimeOffset> PublishedAt => _publishedAt;

    /// <summary>Completes when nothing is left to publish, or left to another activation.</summary>
    public Task WhenEmpty => _pump;

    /// <summary>Takes over a document that was read: what it has not marked as published goes out, perhaps again.</summary>
    public void Resume(int published, IReadOnlyList<StoredEvent> events, int last)
    {
        Published = Math.Max(Published, published);
        Append(events, last);
    }

    /// <summary>
    /// The events that are in storage now; starts the pump when some are unpublished. The new ones are published in the traces of
    /// the commands that led to them; after a crash that is no longer known.
    /// </summary>
    public void Append(IReadOnlyList<StoredEvent> events, int last, BatchTrace? trace = null)
    {
        for (var i = events.Count - 1; trace is not null && i >= 0 && events[i].N > _last; i--)
            if (trace.CauseOf(events[i]) is { } cause) _causes[events[i].N] = cause;

        foreach (var stored in events)
        {
            if (_publishedAt.Count == 0) break;
            if (stored.PublishMs is not null) _publishedAt.Remove(stored.N);
        }

        _events = events;
        _last = last;
        if (Published < _last && _pump.IsCompleted) _pump = PumpAsync();
    }

    public bool IsStopping => _stopping.IsCancellationRequested;

    /// <summary>From now on an event that is not acknowledged at once is left to the job's next activation.</summary>
    public void BeginStop() => _stopping.Cancel();

    /// <summary>Nothing more goes out.</summary>
    public void Abandon() => _isAbandoned = true;

    private async Task PumpAsync()
    {
        for (var failures = 0; Published < _last && !_isAbandoned && (failures == 0 || !_stopping.IsCancellationRequested);)
        {
            var next = _events.FirstOrDefault(stored => stored.N == Published + 1)
                ?? throw new InvalidOperationException($"Event {Published + 1} of job {jobRequestId} is to be published but not in its document.");
            try
            {
                using (_causes.TryGetValue(next.N, out var cause) ? Telemetry.Source.StartActivity("publish", ActivityKind.Internal, cause) : null)
                    await publisher.PublishAsync(next.ToWire(jobRequestId));
                _publishedAt[next.N] = clock.GetUtcNow();
                // A document read meanwhile may say that others have published more.
                Published = Math.Max(Published, next.N);
                _causes.Remove(next.N);
                failures = 0;
            }
            catch (Exception exception)
            {
                LogNotPublished(jobRequestId, next.N, exception);
                var delay = TimeSpan.FromMilliseconds(Math.Min(5000, 100 << Math.Min(failures++, 6)) * (0.5 + random.NextDouble()));
                await Task.Delay(delay, clock, _stopping.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            }
        }

        if (!_stopping.IsCancellationRequested) onEmpty();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Event {Number} of job {JobRequestId} was not acknowledged; it is published again.")]
    private partial void LogNotPublished(string jobRequestId, int number, Exception exception);
}
