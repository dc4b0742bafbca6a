using System.Security.Cryptography;

namespace JobRequests.Gateway.Events;

/// <summary>
/// Events of the silo in this process. Their cursors last as long as the process: a client with a cursor of an earlier run is told to
/// reload, for nothing says what it has missed.
/// </summary>
internal sealed class InProcessEvents : IJobEventListener, IHostedService
{
    private readonly FeedIntake _intake;
    private readonly Lock _gate = new();
    private long _next;

    public InProcessEvents(FeedIntake intake)
    {
        _intake = intake;
        _intake.Write(new FeedInput.Opened(BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))), [0]));
    }

    // The feed begins with the process, not with its first event.
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void OnEvent(JobEvent jobEvent)
    {
        lock (_gate) _intake.Write(new FeedInput.Record(0, _next++, jobEvent));
    }
}

/// <summary>There is nothing to read again in a process that keeps no log.</summary>
internal sealed class NoEventLog : IEventLog
{
    public Task<IReadOnlyList<FeedInput.Record>?> ReadAsync(FeedCursor from, long[] to, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<FeedInput.Record>?>(null);
}
