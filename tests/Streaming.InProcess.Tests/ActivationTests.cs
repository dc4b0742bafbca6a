using JobRequests.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Streams;

namespace JobRequests.Streaming.InProcess.Tests;

/// <summary>Consumers that are slow to come to life. The framework holds their queue meanwhile, and no other queue.</summary>
public sealed class ActivationTests : IAsyncLifetime
{
    private static readonly InProcessStreamOptions Options = new() { QueueCount = 2, MaxDeliveryTime = TimeSpan.FromSeconds(1) };

    private readonly IStreamQueueMapper _mapper =
        new InProcessStreamAdapterFactory(StreamConformance.Provider, Options, new InProcessStreamHub(), NullLogger.Instance).GetStreamQueueMapper();

    private StreamCluster _cluster = null!;

    public async ValueTask InitializeAsync() =>
        _cluster = await StreamCluster.StartAsync(silo => silo.AddInProcessStreams(StreamConformance.Provider, options => options.Configure(stream =>
    {
        stream.QueueCount = Options.QueueCount;
        stream.MaxDeliveryTime = Options.MaxDeliveryTime;
    })));

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task A_slow_activation_delays_only_its_own_queue()
    {
        var (slow, other, neighbour) = Keys();
        var (reached, released) = (new TaskCompletionSource(), new TaskCompletionSource());
        _cluster.Script.Activating = key =>
        {
            if (key != slow) return Task.CompletedTask;
            reached.TrySetResult();
            return released.Task;
        };
        await _cluster.SendAsync(slow, 0);
        await reached.Task.WaitAsync(StreamCluster.WaitLimit);

        await _cluster.SendAsync(other, 0);
        await _cluster.UntilReceivedAsync(other, 0);
        await _cluster.SendAsync(neighbour, 0);
        released.SetResult();

        await _cluster.UntilReceivedAsync(slow, 0);
        await _cluster.UntilReceivedAsync(neighbour, 0);
    }

    [Fact]
    public async Task An_activation_that_throws_delays_only_its_own_queue()
    {
        var (broken, other, neighbour) = Keys();
        var tried = new TaskCompletionSource();
        _cluster.Script.Activating = key =>
        {
            if (key != broken) return Task.CompletedTask;
            tried.TrySetResult();
            throw new InvalidOperationException("This consumer does not start.");
        };
        await _cluster.SendAsync(broken, 0);
        await tried.Task.WaitAsync(StreamCluster.WaitLimit);

        await _cluster.SendAsync(other, 0);
        await _cluster.UntilReceivedAsync(other, 0);
        await _cluster.SendAsync(neighbour, 0);
        await _cluster.UntilReceivedAsync(neighbour, 0);

        Assert.Empty(_cluster.Script.Received(broken));
    }

    // The first and the last share a queue.
    private (string, string, string) Keys()
    {
        var first = StreamCluster.NewKey();
        return (first, Find(same: false), Find(same: true));

        string Find(bool same)
        {
            while (true)
            {
                var key = StreamCluster.NewKey();
                if (Queue(key).Equals(Queue(first)) == same) return key;
            }
        }
    }

    private QueueId Queue(string key) => _mapper.GetQueueForStream(StreamId.Create(StreamConformance.Namespace, key));
}
