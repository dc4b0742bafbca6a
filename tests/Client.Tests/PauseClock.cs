using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace JobRequests.Client.Tests;

/// <summary>A fake clock that tells when the client begins to pause or to listen, so that no test guesses when to move it.</summary>
internal sealed class PauseClock() : FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 10, 0, 0, TimeSpan.Zero))
{
    /// <summary>Set as the answer grace, it tells the two kinds of timers apart: a limit of listening is longer than any pause.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromHours(10);

    private readonly Channel<TimeSpan> _pauses = Channel.CreateUnbounded<TimeSpan>();
    private readonly Channel<TimeSpan> _limits = Channel.CreateUnbounded<TimeSpan>();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        (dueTime >= Grace ? _limits : _pauses).Writer.TryWrite(dueTime);
        return timer;
    }

    /// <summary>Waits for the next pause and lets it pass.</summary>
    public async Task<TimeSpan> PassPauseAsync()
    {
        var pause = await NextAsync(_pauses.Reader);
        Advance(pause);
        return pause;
    }

    /// <summary>Lets the time of the attempt that listens now run out.</summary>
    public async Task PassLimitAsync() => Advance(await NextAsync(_limits.Reader));

    private static async Task<TimeSpan> NextAsync(ChannelReader<TimeSpan> timers)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return await timers.ReadAsync(limit.Token);
    }
}
