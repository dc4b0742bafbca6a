using JobRequests.Grains;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Gateway.Tests.Product;

/// <summary>An index whose answers a test may hold back.</summary>
internal sealed class HeldIndex(IJobViewIndex index) : IJobViewIndex
{
    /// <summary>While it is set, a scan waits until it is cancelled, and says so.</summary>
    public Scan? Held { get; set; }

    public async Task<IReadOnlyList<ViewEntry>> ScanAsync(ViewOrder order, JobPosition? after, int count, bool withTitles, CancellationToken cancellationToken)
    {
        if (Held is not { } held) return await index.ScanAsync(order, after, count, withTitles, cancellationToken);
        held.Began.TrySetResult();
        await using var registration = cancellationToken.Register(() => held.Cancelled.TrySetResult());
        await Task.Delay(Timeout.Infinite, cancellationToken);
        throw new InvalidOperationException("It waits until it is cancelled.");
    }

    public Task<IReadOnlyDictionary<string, long>> CountAsync(string? requester) => index.CountAsync(requester);

    internal sealed class Scan
    {
        public TaskCompletionSource Began { get; } = new();

        public TaskCompletionSource Cancelled { get; } = new();
    }
}
