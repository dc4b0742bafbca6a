using JobRequests.Grains.Abstractions;
using Microsoft.Extensions.Logging;

namespace JobRequests.Grains;

/// <summary>
/// Wakes jobs for which a moment has come at which time alone does something, though nobody touches them. Its cost grows with the jobs that are due.
/// </summary>
internal sealed class DeadlineSweeper(IJobDocumentIndex index, IGrainFactory grains, SweepShare share, TimeProvider clock, ILogger<DeadlineSweeper> logger)
    : Sweeper("deadlines", grains, share, clock, logger)
{
    protected override TimeSpan Period => TimeSpan.FromSeconds(1);

    protected override Task<IReadOnlyList<string>> FindAsync(JobSlice slice, int limit, CancellationToken cancellationToken) =>
        index.FindDueAsync(Clock.GetUtcNow(), slice, limit, cancellationToken);

    protected override Task WakeAsync(IJobRequestGrain grain) => grain.Advance();
}
