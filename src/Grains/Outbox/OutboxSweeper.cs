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

    protected override TimeSpan Period => options.Value.OutboxSweepAge / 2 is var half && half < LongestPeriod ? half : LongestPeriod;

    protected override Task<IReadOnlyList<string>> FindAsync(JobSlice slice, int limit, CancellationToken cancellationToken)
    {
        var tooLong = Clock.GetUtcNow() - options.Value.OutboxSweepAge;
        return index.FindUnpublishedAsync(tooLong > Share.LastLoss ? tooLong : Share.LastLoss, slice, limit, cancellationToken);
    }

    protected override Task PokeAsync(IJobRequestGrain grain) => grain.PublishOutbox();
}
