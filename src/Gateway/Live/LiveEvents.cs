using JobRequests.Gateway.Events;
using JobRequests.Grains.Abstractions;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;

namespace JobRequests.Gateway.Live;

/// <summary>Brings events to the connections of the hub, each at its own pace.</summary>
internal sealed partial class LiveEvents(IHubContext<LiveHub> hub, FeedTelemetry telemetry, IOptions<FeedOptions> options, ILogger<LiveEvents> logger)
{
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
        _ = PumpAsync(context.ConnectionId, listener, context.ConnectionAborted);
        return new LiveSession(listener);
    }

    private async Task PumpAsync(string connection, EventListener listener, CancellationToken aborted)
    {
        try
        {
            var client = hub.Clients.Client(connection);
            await foreach (var item in listener.Queue.ReadAllAsync(aborted))
            {
                // The hub has a heartbeat of its own.
                if (item.Event is { } told) await client.SendAsync("Event", new RawJson(told.JsonFor(item.Role, listener.Caller.Person)), aborted);
                else if (item.Reload) await client.SendAsync("Reload", aborted);
            }
        }
        catch (Exception exception)
        {
            if (!aborted.IsCancellationRequested) Ended(logger, exception);
        }
    }

    [LoggerMessage(LogLevel.Information, "A connection of the hub gets no more events.")]
    private static partial void Ended(ILogger logger, Exception exception);
}
