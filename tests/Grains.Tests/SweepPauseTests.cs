using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace JobRequests.Grains.Tests;

public sealed class SweepPauseTests
{
    [Theory]
    [InlineData(1, 1_000)]
    [InlineData(50, 1_000)]
    [InlineData(300, 6_000)]
    [InlineData(10_000, 30_000)]
    public void A_question_that_storage_answers_slowly_is_asked_less_often(int questionMs, int pauseMs) =>
        Assert.Equal(TimeSpan.FromMilliseconds(pauseMs), Sweeper.PauseAfter(TimeSpan.FromMilliseconds(questionMs), TimeSpan.FromSeconds(1)));

    [Fact]
    public void A_sweep_that_is_rarer_anyway_stays_as_it_is() =>
        Assert.Equal(TimeSpan.FromMinutes(1), Sweeper.PauseAfter(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1)));

    [Fact]
    public async Task Sweeps_are_frequent_again_once_storage_is_fast()
    {
        var clock = new FakeTimeProvider();
        var index = new SlowIndex(clock) { Answer = TimeSpan.FromSeconds(0.2) };
        using var sweeper = new DeadlineSweeper(index, null!, new Everything(clock), clock, NullLogger<DeadlineSweeper>.Instance);
        await sweeper.StartAsync(TestContext.Current.CancellationToken);
        await index.Asked.Reader.ReadAsync(TestContext.Current.CancellationToken);

        index.Answer = TimeSpan.Zero;
        var slow = await index.PauseAsync();
        var fast = await index.PauseAsync();
        await sweeper.StopAsync(TestContext.Current.CancellationToken);

        Assert.InRange(slow.TotalSeconds, 3.9, double.MaxValue);
        Assert.InRange(fast.TotalSeconds, 0.9, 3.5);
    }

    /// <summary>The share of a silo that is alone.</summary>
    private sealed class Everything(FakeTimeProvider clock) : SweepShare(null!, null!, clock)
    {
        public override JobSlice? Current() => JobSlice.Of(0, 1);
    }

    /// <summary>Takes its time by the clock, and finds nothing.</summary>
    private sealed class SlowIndex(FakeTimeProvider clock) : IJobDocumentIndex
    {
        public System.Threading.Channels.Channel<DateTimeOffset> Asked { get; } = System.Threading.Channels.Channel.CreateUnbounded<DateTimeOffset>();

        public TimeSpan Answer { get; set; }

        public Task<IReadOnlyList<string>> FindUnpublishedAsync(DateTimeOffset before, JobSlice slice, int limit, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<IReadOnlyList<string>> FindDueAsync(DateTimeOffset now, JobSlice slice, int limit, CancellationToken cancellationToken)
        {
            clock.Advance(Answer);
            Asked.Writer.TryWrite(clock.GetUtcNow());
            return Task.FromResult<IReadOnlyList<string>>([]);
        }

        /// <summary>Lets time pass until the next question.</summary>
        public async Task<TimeSpan> PauseAsync()
        {
            var since = clock.GetUtcNow();
            while (!Asked.Reader.TryRead(out _))
            {
                clock.Advance(TimeSpan.FromMilliseconds(10));
                // The sweep goes on by way of the thread pool.
                await Task.Delay(5, TestContext.Current.CancellationToken);
            }

            return clock.GetUtcNow() - since;
        }
    }
}
