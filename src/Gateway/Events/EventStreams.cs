using System.Globalization;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Primitives;

namespace JobRequests.Gateway.Events;

/// <summary>
/// Feeds as server-sent events: one of everything that the caller may see, and one for each job. A client that comes back with
/// <c>Last-Event-ID</c> continues without a gap and without a repeat.
/// </summary>
internal sealed partial class EventStreams(
    JobEventFeed feed, FeedCatchUp catchUp, LiveConnections connections, FeedTelemetry telemetry, IJobRequests jobs, SiloQuestions silos,
    IOptions<FeedOptions> options, IOptions<GatewayOptions> gateway, TimeProvider time, ILogger<EventStreams> logger)
{
    public const string LastEventId = "Last-Event-ID";
    public const string LastEventIdParameter = "lastEventId";

    // A write costs far more than an event. Up to a thousand connections share some four thousand writes a second; beyond that each has some four.
    private static readonly TimeSpan PausePerConnection = TimeSpan.FromMilliseconds(0.25);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);

    // Nobody follows so many events one by one: a connection that had more than this in one write has half as many writes.
    private const int ManyAtOnce = 4;

    // Pauses end together where they can: the timers of a thousand connections, each in its own millisecond, cost as much as their events.
    private const int EndsPerPause = 4;

    public Task WriteAllAsync(HttpContext http)
    {
        FeedCursor? after = null;
        var header = LastOf(http.Request);
        if (header.Count > 1 || header is [{ Length: > 0 } text] && !FeedCursor.TryParse(text, out after))
            return ProblemWriter.WriteAsync(http, Refusal.Field(LastEventId, "must be one id of an event of this feed"));

        return ServeAsync(http, async listener =>
        {
            var stream = EventStreamWriter.Begin(http);
            if (after is null) stream.Cursor(feed.ListenToAll(listener));
            else await BringUpToDateAsync(listener, after, stream, http.RequestAborted);
            await GoOnAsync(listener, stream, item => WriteAsync(stream, listener, item), IsHead(http), http.RequestAborted);
        });
    }

    public async Task WriteJobAsync(HttpContext http, string id)
    {
        if (!JobRequestId.IsWellFormed(id))
        {
            await ProblemWriter.WriteAsync(http, new Refusal(ProblemTypes.JobRequestNotFound));
            return;
        }

        var header = LastOf(http.Request);
        var last = 0;
        if (header.Count > 1 || header is [{ Length: > 0 } text] && !TryParse(text, id, out last))
        {
            await ProblemWriter.WriteAsync(
                http, Refusal.Field(LastEventId, "must be one id of an event of this job, its id and a version: {job}:{version}"), id);
            return;
        }

        await ServeAsync(http, async listener =>
        {
            // Listening first: an event between the look and the listening would be missed.
            feed.ListenTo(listener, id);
            if (await silos.AskAsync(
                http, "the history for a feed", _ => jobs.ReadHistoryAsync(id, listener.Caller), id) is not { Content: var history }) return;
            if (history is null)
            {
                await ProblemWriter.WriteAsync(http, new Refusal(ProblemTypes.JobRequestNotFound), id);
                return;
            }

            if (last > history.Version)
            {
                await ProblemWriter.WriteAsync(http, Refusal.Field(LastEventId, "names a version that the job has not reached"), id);
                return;
            }

            var stream = EventStreamWriter.Begin(http);
            var position = new JobFeedPosition(id, last);
            position.Write(stream, history);
            await GoOnAsync(listener, stream, item => WriteAsync(stream, position, listener, item), IsHead(http), http.RequestAborted);
        });
    }

    private static StringValues LastOf(HttpRequest request) =>
        request.Headers[LastEventId] is { Count: > 0 } header ? header : request.Query[LastEventIdParameter];

    private static bool IsHead(HttpContext http) => http.Features.Get<HeadRequest>() is not null;

    private async Task ServeAsync(HttpContext http, Func<EventListener, Task> serve)
    {
        var caller = http.User.ToCaller();
        var refusal = feed.IsOpen ? connections.Enter(caller.Person) : new Refusal(ProblemTypes.Unavailable, RetryAfter: RetryLater.Jittered());
        if (refusal is not null)
        {
            await ProblemWriter.WriteAsync(http, refusal);
            return;
        }

        var listener = new EventListener(
            caller, http.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult?.Properties?.ExpiresUtc, options.Value.Queue)
        {
            OnDropped = () =>
            {
                telemetry.Dropped();
                http.Abort();
            },
        };
        try
        {
            await serve(listener);
        }
        finally
        {
            feed.Leave(listener);
            connections.Leave(caller.Person);
        }
    }

    private async Task BringUpToDateAsync(EventListener listener, FeedCursor after, EventStreamWriter stream, CancellationToken aborted)
    {
        var (cursor, isComplete) = await catchUp.BringUpToDateAsync(
            listener,
            after,
            async missed =>
            {
                foreach (var (told, role) in missed) stream.Event(told.Cursor, told.Event.Type, told.JsonFor(role, listener.Caller.Person).Span);
                await stream.FlushAsync(aborted);
            },
            aborted);
        if (isComplete) stream.Cursor(cursor);
        else stream.Reload(cursor);
    }

    private async Task GoOnAsync(EventListener listener, EventStreamWriter stream, Func<FeedItem, ValueTask> write, bool isHead, CancellationToken aborted)
    {
        // It may have come while the others were being ended.
        if (connections.AreEnding) listener.End();
        await stream.FlushAsync(aborted);
        if (isHead) return;
        while (await listener.Queue.WaitToReadAsync(aborted))
        {
            var written = 0;
            for (; listener.Queue.TryRead(out var item); written++) await write(item);
            await stream.FlushAsync(aborted);
            // The first event of a while goes out at once, those that follow closely together; but a queue that fills up is emptied.
            if (written < options.Value.Queue / 4) await Task.Delay(PauseAfter(written), time, aborted);
        }

        // Those who are sent away together do not all come back in the same moment.
        stream.Retry((int)RetryLater.Jittered().TotalMilliseconds);
        await stream.FlushAsync(aborted);
    }

    private TimeSpan PauseAfter(int written)
    {
        var pause = PausePerConnection * connections.InFlight is var share && share < LongestPause ? share : LongestPause;
        if (written > ManyAtOnce) pause *= 2;
        var sinceAnEnd = time.GetElapsedTime(0).Ticks % Math.Max(1, pause.Ticks / EndsPerPause);
        return pause - TimeSpan.FromTicks(sinceAnEnd);
    }

    private static ValueTask WriteAsync(EventStreamWriter stream, EventListener listener, FeedItem item)
    {
        if (item.Event is { } told) stream.Event(told.Cursor, told.Event.Type, told.JsonFor(item.Role, listener.Caller.Person).Span);
        else if (item.Reload) stream.Reload(item.Cursor);
        else stream.Heartbeat(item.Cursor);
        return default;
    }

    private async ValueTask WriteAsync(EventStreamWriter stream, JobFeedPosition position, EventListener listener, FeedItem item)
    {
        if (item.Event is { } told)
        {
            if (told.Event.Version <= position.Last) return;
            if (told.Event.Version == position.Last + 1)
            {
                position.Write(stream, told.Event, told.JsonFor(item.Role, listener.Caller.Person).Span);
                return;
            }
        }
        else if (!item.Reload)
        {
            stream.Heartbeat("");
            return;
        }

        // Something was missed: the job has all of it.
        try
        {
            if (await jobs.ReadHistoryAsync(position.Job, listener.Caller).WaitAsync(gateway.Value.ReadTimeout, time) is { } history)
                position.Write(stream, history);
        }
        catch (Exception exception)
        {
            // Its client comes back and continues after what it has.
            HistoryFailed(logger, exception, position.Job);
            listener.End();
        }
    }

    private static bool TryParse(string text, string id, out int version)
    {
        version = 0;
        return text.Length > id.Length + 1 && text.StartsWith(id, StringComparison.Ordinal) && text[id.Length] == ':'
            && int.TryParse(text.AsSpan(id.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out version);
    }

    [LoggerMessage(LogLevel.Warning, "The history of job {JobRequestId} could not be read for its feed.")]
    private static partial void HistoryFailed(ILogger logger, Exception exception, string jobRequestId);
}
