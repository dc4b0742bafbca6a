using System.Globalization;

namespace JobRequests.Gateway.JobRequests;

/// <summary>
/// <c>View-Lag-Ms</c>: how far what was read from the views may be behind. Asked for once a second at most, by the reads that need it,
/// which do not wait for the answer; without a fresh one the header is left out.
/// </summary>
internal sealed partial class ViewLagHeader(IJobRequests jobs, TimeProvider time, ILogger<ViewLagHeader> logger)
{
    public const string Name = "View-Lag-Ms";

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Stale = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private Task _asking = Task.CompletedTask;
    private (TimeSpan Lag, long At)? _known;

    public async ValueTask WriteAsync(HttpResponse response)
    {
        var first = Refresh();
        if (first is not null) await first.WaitAsync(FirstWait, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        TimeSpan? lag;
        lock (_gate) lag = _known is { } read && time.GetElapsedTime(read.At) is var age && age < Stale ? read.Lag : null;
        if (lag is { } behind) response.Headers[Name] = ((long)Math.Ceiling(behind.TotalMilliseconds)).ToString(CultureInfo.InvariantCulture);
    }

    /// <returns>What to wait for when nothing is known, or null.</returns>
    private Task? Refresh()
    {
        lock (_gate)
        {
            if (_known is { } read && time.GetElapsedTime(read.At) is var age && age < Fresh) return null;
            if (_asking.IsCompleted) _asking = AskAsync();
            return _known is null ? _asking : null;
        }
    }

    private async Task AskAsync()
    {
        await Task.Yield();
        try
        {
            var lag = await jobs.ReadViewLagAsync().WaitAsync(Stale, time);
            lock (_gate) _known = (lag, time.GetTimestamp());
        }
        catch (Exception exception)
        {
            NotKnown(logger, exception);
        }
    }

    [LoggerMessage(LogLevel.Debug, "The lag of the views is not known.")]
    private static partial void NotKnown(ILogger logger, Exception exception);
}
