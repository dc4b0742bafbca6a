namespace JobRequests.Testing;

/// <summary>
/// What the product asks of a stream provider: complete and in order per stream, at least once, and no stream that waits for
/// another. Run against each provider; where one is known to break it, override that one test and skip it with the reason.
/// </summary>
public abstract class StreamConformance : IAsyncLifetime
{
    public const string Provider = "conformance";
    public const string Namespace = "conformance";

    protected StreamCluster Cluster { get; private set; } = null!;

    private StreamScript Script => Cluster.Script;

    public async ValueTask InitializeAsync() => Cluster = await StreamCluster.StartAsync(AddStreams);

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Adds the provider under test as <see cref="Provider"/>, all streams on one queue, implicit subscriptions.</summary>
    protected abstract void AddStreams(ISiloBuilder silo);

    [Fact]
    public virtual async Task Events_of_a_stream_arrive_complete_and_in_order()
    {
        var key = StreamCluster.NewKey();

        await Cluster.SendAsync(key, Enumerable.Range(0, 300));

        await Cluster.UntilReceivedAsync(key, 299);
        Assert.Equal(Enumerable.Range(0, 300), Script.FirstOccurrences(key));
    }

    [Fact]
    public virtual async Task Many_streams_at_once_arrive_complete_and_in_order()
    {
        var keys = Enumerable.Range(0, 100).Select(_ => StreamCluster.NewKey()).ToArray();

        await Task.WhenAll(keys.Select(key => Cluster.SendAsync(key, Enumerable.Range(0, 20))));

        foreach (var key in keys)
        {
            await Cluster.UntilReceivedAsync(key, 19);
            Assert.Equal(Enumerable.Range(0, 20), Script.FirstOccurrences(key));
        }
    }

    [Fact]
    public virtual async Task A_producers_batch_arrives_complete_and_in_order()
    {
        var key = StreamCluster.NewKey();

        await Cluster.Stream(key).OnNextBatchAsync(Enumerable.Range(0, 50).Select(number => new Numbered(key, number)));
        await Cluster.SendAsync(key, 50);

        await Cluster.UntilReceivedAsync(key, 50);
        Assert.Equal(Enumerable.Range(0, 51), Script.FirstOccurrences(key));
    }

    [Fact]
    public virtual async Task A_failed_event_is_delivered_again_before_the_next()
    {
        var key = StreamCluster.NewKey();
        var failures = 0;
        Script.Handling = (stream, events) => stream == key && events.Any(numbered => numbered.Number == 1) && Interlocked.Increment(ref failures) <= 2
            ? throw new InvalidOperationException("Not yet.")
            : Task.CompletedTask;

        await Cluster.SendAsync(key, Enumerable.Range(0, 5));

        await Cluster.UntilReceivedAsync(key, 4);
        Assert.Equal(Enumerable.Range(0, 5), Script.FirstOccurrences(key));
        Assert.Equal(3, failures);
    }

    [Fact]
    public virtual async Task A_slow_handler_holds_up_no_other_stream()
    {
        var (slow, released) = (StreamCluster.NewKey(), new TaskCompletionSource());
        var reached = new TaskCompletionSource();
        Script.Handling = (stream, _) =>
        {
            if (stream != slow) return Task.CompletedTask;
            reached.TrySetResult();
            return released.Task;
        };
        await Cluster.SendAsync(slow, 0);
        await reached.Task.WaitAsync(StreamCluster.WaitLimit);

        await OthersAreServedAsync();

        Assert.Empty(Script.Received(slow));
        released.SetResult();
        await Cluster.UntilReceivedAsync(slow, 0);
    }

    [Fact]
    public virtual async Task A_busy_cold_consumer_delays_no_other_stream()
    {
        var (busy, released) = (StreamCluster.NewKey(), new TaskCompletionSource());
        var reached = new TaskCompletionSource();
        Script.Handling = (stream, events) =>
        {
            if (stream != busy || events.Count > 0) return Task.CompletedTask;
            reached.TrySetResult();
            return released.Task;
        };
        var call = Cluster.Grains().GetGrain<IStreamConsumerGrain>(busy).BeBusy();
        await reached.Task.WaitAsync(StreamCluster.WaitLimit);
        await Cluster.SendAsync(busy, 0);

        await OthersAreServedAsync();

        Assert.Empty(Script.Received(busy));
        released.SetResult();
        await call.WaitAsync(StreamCluster.WaitLimit);
        await Cluster.UntilReceivedAsync(busy, 0);
    }

    [Fact]
    public virtual async Task A_handler_that_keeps_failing_holds_up_no_other_stream()
    {
        var (broken, tried) = (StreamCluster.NewKey(), new TaskCompletionSource());
        Script.Handling = (stream, _) =>
        {
            if (stream != broken) return Task.CompletedTask;
            tried.TrySetResult();
            throw new InvalidOperationException("Never.");
        };
        await Cluster.SendAsync(broken, 0);
        await tried.Task.WaitAsync(StreamCluster.WaitLimit);

        await OthersAreServedAsync();

        Assert.Empty(Script.Received(broken));
    }

    /// <summary>Ten cold streams on the same queue get what is sent to them.</summary>
    protected async Task OthersAreServedAsync()
    {
        var others = Enumerable.Range(0, 10).Select(_ => StreamCluster.NewKey()).ToArray();
        foreach (var other in others) await Cluster.SendAsync(other, Enumerable.Range(0, 3));
        foreach (var other in others) await Cluster.UntilReceivedAsync(other, 2);
    }
}
