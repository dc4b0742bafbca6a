using System.Text;
using Microsoft.AspNetCore.SignalR;

namespace JobRequests.Gateway.Events;

/// <summary>Brings events to the connections of the hub, each at its own pace.</summary>
internal sealed partial class LiveEvents(IHubContext<LiveHub> hub, FeedTelemetry telemetry, IOptions<FeedOptions> options, ILogger<LiveEvents> logger)
{
    private const string Event = "Event";

    public LiveSession Begin(HubCallerContext context, Caller caller)
    {
        // The connection itself is closed when the token ends.
        var listener = new EventListener(caller, expiresAt: null, options.Value.Queue)
        {
            OnDropped = () =>
            {
                telemetry.Dropped();
                context.Abort();
            },
        };
        var session = new LiveSession(listener);
        _ = PumpAsync(context.ConnectionId, session, context.ConnectionAborted);
        return session;
    }

    /// <summary>Tells one connection an event of the feed, with the cursor after it.</summary>
    public static Task TellAsync(IClientProxy client, FeedEvent told, EventRole role, string person, CancellationToken aborted) =>
        client.SendAsync(Event, WithCursor(told.JsonFor(role, person).Span, told.Cursor), aborted);

    /// <summary>Tells one connection an event of a job's history.</summary>
    public static Task TellAsync(IClientProxy client, JobEvent told, CancellationToken aborted) =>
        client.SendAsync(Event, new RawJson(FeedEvent.ToJson(told)), aborted);

    public static Task TellReloadAsync(IClientProxy client, CancellationToken aborted) => client.SendAsync("Reload", aborted);

    private async Task PumpAsync(string connection, LiveSession session, CancellationToken aborted)
    {
        try
        {
            var (client, listener) = (hub.Clients.Client(connection), session.Listener);
            await foreach (var item in listener.Queue.ReadAllAsync(aborted))
            {
                await session.Telling.WaitAsync(aborted);
                try
                {
                    // The hub has a heartbeat of its own.
                    if (item.Event is { } told && (listener.ListensToAll || !IsKnown(session, told.Event)))
                        await TellAsync(client, told, item.Role, listener.Caller.Person, aborted);
                    else if (item.Reload) await TellReloadAsync(client, aborted);
                }
                finally
                {
                    session.Telling.Release();
                }
            }
        }
        catch (Exception exception)
        {
            if (!aborted.IsCancellationRequested) Ended(logger, exception);
        }
    }

    private static bool IsKnown(LiveSession session, JobEvent told) => session.Told.TryGetValue(told.JobRequestId, out var version) && told.Version <= version;

    // The cursor's characters need no escaping.
    private static RawJson WithCursor(ReadOnlySpan<byte> json, string cursor) =>
        new((byte[])[.. "{\"cursor\":\""u8, .. Encoding.ASCII.GetBytes(cursor), .. "\","u8, .. json[1..]]);

    [LoggerMessage(LogLevel.Information, "A connection of the hub failed and gets no more events.")]
    private static partial void Ended(ILogger logger, Exception exception);
}
