using System.Runtime.CompilerServices;

namespace JobRequests.Verification;

/// <summary>Another source, read no faster than so many jobs a second: for a verification beside a service at work.</summary>
public sealed class PacedJobSource(IJobSource source, int jobsPerSecond, TimeProvider clock) : IJobSource
{
    public string Name => source.Name;

    public bool HasViews => source.HasViews;

    public async IAsyncEnumerable<IReadOnlyList<StoredJobData>> ScanAsync(
        DateTimeOffset? changedSince, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var batch in source.ScanAsync(changedSince, cancellationToken))
        {
            var began = clock.GetTimestamp();
            yield return batch;
            var rest = TimeSpan.FromSeconds((double)batch.Count / jobsPerSecond) - clock.GetElapsedTime(began);
            if (rest > TimeSpan.Zero) await Task.Delay(rest, clock, cancellationToken);
        }
    }

    public Task<StoredJobData> ReadAsync(string job, CancellationToken cancellationToken) => source.ReadAsync(job, cancellationToken);

    public ValueTask DisposeAsync() => source.DisposeAsync();
}
