using JobRequests.Grains.Abstractions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace JobRequests.Grains;

/// <summary>
/// Finds jobs whose events have waited for publication for too long, after a crash above all: the first sweep asks for events of any
/// age. It never publishes itself.
/// </summary>
internal sealed class OutboxSweeper(
    IJobDocumentIndex index,
    IGrainFactory grains,
    IOptions<JobRequestOptions> options,
    TimeProvider clock,
    ILogger<OutboxSweeper> logger) : Sweeper(grains, clock, logger)
{
    private readonly DateTimeOffset _started = clock.GetUtcNow();

    protected override TimeSpan Period => options.Value.OutboxSweepAge / 2;

    protected override Task<IReadOnlyList<string>> FindAsync(CancellationToken cancellationToken)
    {
        var tooLong = Clock.GetUtcNow() - options.Value.OutboxSweepAge;
        return index.FindUnpublishedAsync(tooLong > _started ? tooLong : _started, BatchSize, cancellationToken);
    }

    protected override Task PokeAsync(IJobRequestGrain grain) => grain.PublishOutbox();
}
