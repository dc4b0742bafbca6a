using JobRequests.Grains.Abstractions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace JobRequests.Grains;

/// <summary>
/// Finds jobs whose events have waited for publication for too long, after a crash above all: what is older than this silo, or than the
/// loss of another one, has waited long enough. It never publishes itself.
/// </summary>
internal sealed class OutboxSweeper(
    IJobDocumentIndex index,
    IGrainFactory grains,
    SweepShare share,
    IOptions<JobRequestOptions> options,
    TimeProvider clock,
    ILogger<OutboxSweeper> logger) : Sweeper("outbox", grains, share, clock, logger)
{
    private static readonly TimeSpan LongestPeriod = TimeSpan.FromSeconds(5);

    private long? _sweptLoss;

    protected override TimeSpan Period => options.Value.OutboxSweepAge / 2 is var half && half < LongestPeriod ? half : LongestPeriod;

    protected override async Task<IReadOnlyList<string>> FindAsync(JobSlice slice, int limit, CancellationToken cancellationToken)
    {
        var loss = Share.LastLoss;
        var sinceLoss = Clock.GetElapsedTime(loss);
        var tooLong = Clock.GetUtcNow() - (sinceLoss < options.Value.OutboxSweepAge ? sinceLoss : options.Value.OutboxSweepAge);

        // What a crash has left may bear the time of a clock that was ahead: after each loss it is looked for once whatever its time.
        var found = await index.FindUnpublishedAsync(_sweptLoss == loss ? tooLong : DateTimeOffset.MaxValue, slice, limit, cancellationToken);
        if (found.Count < limit) _sweptLoss = loss;
        return found;
    }

    protected override Task WakeAsync(IJobRequestGrain grain) => grain.PublishOutbox();
}
