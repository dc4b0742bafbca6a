using JobRequests.Grains.Abstractions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace JobRequests.Grains;

/// <summary>Finds jobs whose events have waited for publication for too long, after a crash above all. It never publishes itself.</summary>
internal sealed class OutboxSweeper(
    IJobDocumentIndex index,
    IGrainFactory grains,
    IOptions<JobRequestOptions> options,
    TimeProvider clock,
    ILogger<OutboxSweeper> logger) : Sweeper(grains, clock, logger)
{
    protected override TimeSpan Period => options.Value.OutboxSweepAge / 2;

    protected override Task<IReadOnlyList<string>> FindAsync(CancellationToken cancellationToken) =>
        index.FindUnpublishedAsync(Clock.GetUtcNow() - options.Value.OutboxSweepAge, BatchSize, cancellationToken);

    protected override Task PokeAsync(IJobRequestGrain grain) => grain.PublishOutbox();
}
