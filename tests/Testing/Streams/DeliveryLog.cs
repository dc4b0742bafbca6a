using Orleans.Streams;

namespace JobRequests.Testing.Streams;

/// <summary>One item, as a consumer was given it.</summary>
/// <param name="Consumer">The name that the consumer goes by.</param>
/// <param name="Subscription">The handle's id; empty for a subscription that the consumer did not make itself.</param>
/// <param name="Item">The item; an exception where the consumer was told of an error.</param>
/// <param name="Token">Its token.</param>
/// <param name="Call">Items of one call have the same number.</param>
/// <param name="Tenant">What the request context said to the consumer.</param>
public sealed record Delivery(string Consumer, Guid Subscription, object Item, StreamSequenceToken? Token, int Call, string? Tenant);

/// <summary>What all consumers of a fixture's silos and client were given.</summary>
public sealed class DeliveryLog
{
    private static readonly TimeSpan WaitLimit = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly List<Delivery> _deliveries = [];
    private TaskCompletionSource _added = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _calls;

    public int NextCall() => Interlocked.Increment(ref _calls);

    public void Add(Delivery delivery)
    {
        lock (_gate)
        {
            _deliveries.Add(delivery);
            _added.TrySetResult();
            _added = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public IReadOnlyList<Delivery> Of(string consumer)
    {
        lock (_gate) return [.. _deliveries.Where(delivery => delivery.Consumer == consumer)];
    }

    public int[] NumbersOf(string consumer, Guid? subscription = null) =>
        [.. Of(consumer)
            .Where(delivery => subscription is null || delivery.Subscription == subscription)
            .Select(delivery => delivery.Item)
            .OfType<Numbered>()
            .Select(item => item.Number)];

    /// <summary>Waits until a consumer was given so many items.</summary>
    public async Task<IReadOnlyList<Delivery>> UntilAsync(string consumer, int count)
    {
        var deadline = Environment.TickCount64 + (long)WaitLimit.TotalMilliseconds;
        while (true)
        {
            Task added;
            IReadOnlyList<Delivery> seen;
            lock (_gate) (added, seen) = (_added.Task, Of(consumer));
            if (seen.Count >= count) return seen;
            var left = TimeSpan.FromMilliseconds(Math.Max(0, deadline - Environment.TickCount64));
            if (left == TimeSpan.Zero)
                Assert.Fail(
                    $"{consumer} was to get {count} items within {WaitLimit}; it got [{string.Join(", ", seen.Select(delivery => delivery.Item))}].");
            await added.WaitAsync(left).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
