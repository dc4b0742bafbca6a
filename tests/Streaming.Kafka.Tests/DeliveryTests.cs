using JobRequests.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Orleans.Providers.Streams.Common;

namespace JobRequests.Streaming.Kafka.Tests;

/// <summary>Consumers that are slow, that fail, or that are many.</summary>
public sealed class DeliveryTests : IAsyncLifetime
{
    private TestTopic _topic = null!;
    private StreamCluster _cluster = null!;

    private StreamScript Script => _cluster.Script;

    public async ValueTask InitializeAsync()
    {
        _topic = await TestTopic.CreateAsync();
        _cluster = await TopicCluster.StartAsync(_topic, options =>
        {
            options.MaxDeliveryTime = TimeSpan.FromSeconds(1);
            options.MaxCachedRecords = 20;
            options.MaxBatchRecords = 50;
            options.StreamInactivityPeriod = TimeSpan.FromMilliseconds(300);
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await _topic.DisposeAsync();
    }

    [Fact]
    public async Task Events_gathered_during_a_handler_arrive_in_one_call()
    {
        var released = await HoldAsync("hot", 0);
        for (var number = 1; number <= 15; number++) await _topic.ProduceAsync("hot", $"{number}");
        await UntilCachedAsync(16);

        released.SetResult();

        await _cluster.UntilReceivedAsync("hot", 15);
        Assert.Equal(Enumerable.Range(0, 16), Script.Received("hot"));
        Assert.Equal(2, Script.Calls("hot"));
        await _topic.UntilCommittedAsync(16);
    }

    [Fact]
    public async Task A_record_that_always_fails_is_dead_lettered_alone()
    {
        Script.Handling = (_, events) => events.Any(numbered => numbered.Number == 5) ? throw new InvalidOperationException("Never.") : Task.CompletedTask;
        for (var number = 0; number < 10; number++) await _topic.ProduceAsync("a", $"{number}");

        await _cluster.UntilReceivedAsync("a", 9);
        await _topic.UntilCommittedAsync(10);

        Assert.Equal([0, 1, 2, 3, 4, 6, 7, 8, 9], Script.FirstOccurrences("a"));
        var deadLetters = Assert.Single(_topic.ReadAll(_topic.DeadLetters));
        Assert.Equal("5", System.Text.Encoding.UTF8.GetString(deadLetters.Message.Value!));
        var origin = DeadLetterRecord.Read([.. deadLetters.Message.Headers.Select(header => new KafkaHeader(header.Key, header.GetValueBytes()))])!;
        Assert.Equal((5, "delivery-failed"), (origin.Offset, origin.Reason));
        Assert.True(origin.Attempts > 1);
    }

    [Fact]
    public async Task A_record_for_a_resuming_grain_is_dead_lettered()
    {
        Script.ResumingFrom = static _ => new EventSequenceTokenV2(0);
        await _topic.ProduceAsync("a", "1");

        await _topic.UntilCommittedAsync(1);

        Assert.Equal("1", System.Text.Encoding.UTF8.GetString(Assert.Single(_topic.ReadAll(_topic.DeadLetters)).Message.Value!));
        Assert.Empty(Script.Received("a"));
    }

    [Fact]
    public async Task An_operator_dead_letters_the_record_a_partition_stalls_on()
    {
        await using var topic = await TestTopic.CreateAsync();
        IServiceProvider? services = null;
        await using var cluster = await StreamCluster.StartAsync(silo =>
        {
            silo.Services.AddKeyedSingleton<IKafkaRecordDecoder>(StreamConformance.Provider, new TextDecoder());
            silo.Services.AddHealthChecks().AddKafkaStreams(StreamConformance.Provider);
            silo.AddKafkaStreams(StreamConformance.Provider, options => options.Configure<IServiceProvider>((kafka, provider) =>
            {
                services = provider;
                topic.Configure(kafka);
                kafka.MaxDeliveryTime = TimeSpan.FromHours(1);
                kafka.StalledAfter = TimeSpan.FromMilliseconds(200);
            }));
        });
        cluster.Script.Handling = static (stream, _) => stream == "stuck" ? throw new InvalidOperationException("Never.") : Task.CompletedTask;
        await topic.ProduceAsync("stuck", "0");
        await topic.ProduceAsync("other", "1");
        await cluster.UntilReceivedAsync("other", 1);
        var health = services!.GetRequiredService<HealthCheckService>();
        HealthReport report = null!;
        await Eventually.IsTrueAsync(async () => (report = await health.CheckHealthAsync()).Status == HealthStatus.Degraded, () => "health to be degraded");
        Assert.Contains("stands still on record 0:0 for", report.Entries["kafka-conformance"].Description);
        var deadLetters = services!.GetRequiredKeyedService<KafkaDeadLettering>(StreamConformance.Provider);

        Assert.False(await deadLetters.DeadLetterOldestAsync(0, 1, "operator", null));
        Assert.True(await deadLetters.DeadLetterOldestAsync(0, 0, "operator", "It never ends."));

        await topic.UntilCommittedAsync(2);
        var copy = Assert.Single(topic.ReadAll(topic.DeadLetters));
        var origin = DeadLetterRecord.Read([.. copy.Message.Headers.Select(header => new KafkaHeader(header.Key, header.GetValueBytes()))])!;
        Assert.Equal((0L, "operator", "It never ends."), (origin.Offset, origin.Reason, origin.Error));
        await Eventually.IsTrueAsync(async () => (await health.CheckHealthAsync()).Status == HealthStatus.Healthy, () => "health to recover");
    }

    [Fact]
    public async Task A_slow_handler_holds_back_the_commit()
    {
        var released = await HoldAsync("slow", 0);
        await _topic.ProduceAsync("quick", "0");
        await _cluster.UntilReceivedAsync("quick", 0);
        await Eventually.IsTrueAsync(() => TopicCluster.Status(_cluster).GetPartitions()[0].CachedRecords == 1, () => "the quick one to be finished");

        var status = Assert.Single(TopicCluster.Status(_cluster).GetPartitions());
        Assert.Equal((0, 2, 2), (status.NextToFinish, status.HighWatermark, status.Lag));
        Assert.True(status.OldestUncommittedAge > TimeSpan.Zero);
        Assert.True(await _topic.CommittedAsync() is null or 0);

        released.SetResult();
        await _topic.UntilCommittedAsync(2);
        Assert.Equal(0, TopicCluster.Status(_cluster).GetPartitions()[0].Lag);
    }

    [Fact]
    public async Task A_very_slow_delivery_keeps_its_order()
    {
        var released = await HoldAsync("slow", 0);
        for (var i = 0; i < 5; i++)
        {
            // The agent cleans up while it reads other streams.
            await _topic.ProduceAsync($"other{i}", "0");
            await _cluster.UntilReceivedAsync($"other{i}", 0);
            await Task.Delay(100);
        }

        await _topic.ProduceAsync("slow", "1");
        released.SetResult();

        await _cluster.UntilReceivedAsync("slow", 1);
        Assert.Equal([0, 1], Script.FirstOccurrences("slow"));
        await _topic.UntilCommittedAsync(7);
    }

    [Fact]
    public async Task A_full_cache_stops_the_reading_and_recovers()
    {
        var released = await HoldAsync("slow", 0);
        for (var number = 0; number < 60; number++) await _topic.ProduceAsync($"k{number}", "0");
        // All but the held one leave at once; a second held stream fills the cache.
        await _cluster.UntilReceivedAsync("k59", 0);
        var second = Hold("full");
        for (var number = 0; number < 3000; number++) _ = _topic.ProduceAsync("full", $"{number}");
        await _topic.ProduceAsync("after", "0");
        await Eventually.IsTrueAsync(() => TopicCluster.Status(_cluster).GetPartitions()[0].CachedRecords >= 20, () => "the cache to be full");
        await Task.Delay(600);

        // One read more than the bound, at most.
        Assert.InRange(TopicCluster.Status(_cluster).GetPartitions()[0].CachedRecords, 20, 1020);
        Assert.Empty(Script.Received("after"));

        released.SetResult();
        second.SetResult();
        await _cluster.UntilReceivedAsync("after", 0);
        await _cluster.UntilReceivedAsync("full", 2999);
        Assert.Equal(Enumerable.Range(0, 3000), Script.Received("full"));
        await _topic.UntilCommittedAsync(3062);
    }

    [Fact]
    public async Task A_slow_activation_delays_the_partition_only_meanwhile()
    {
        var (reached, released) = (new TaskCompletionSource(), new TaskCompletionSource());
        Script.Activating = key =>
        {
            if (key != "slow") return Task.CompletedTask;
            reached.TrySetResult();
            return released.Task;
        };
        await _topic.ProduceAsync("slow", "0");
        await reached.Task.WaitAsync(StreamCluster.WaitLimit);
        await _topic.ProduceAsync("neighbour", "0");

        released.SetResult();

        await _cluster.UntilReceivedAsync("slow", 0);
        await _cluster.UntilReceivedAsync("neighbour", 0);
        await _topic.UntilCommittedAsync(2);
    }

    [Fact]
    public async Task A_record_whose_activation_throws_is_dead_lettered_alone()
    {
        Script.Activating = key => key == "broken" ? throw new InvalidOperationException("This consumer does not start.") : Task.CompletedTask;
        await _topic.ProduceAsync("broken", "0");
        await _topic.ProduceAsync("neighbour", "0");

        await _cluster.UntilReceivedAsync("neighbour", 0);

        await _topic.UntilCommittedAsync(2);
        Assert.Equal("0", System.Text.Encoding.UTF8.GetString(Assert.Single(_topic.ReadAll(_topic.DeadLetters)).Message.Value!));
        Assert.Empty(Script.Received("broken"));
    }

    /// <summary>Sends a record to a stream and waits until its handler holds it.</summary>
    private async Task<TaskCompletionSource> HoldAsync(string key, int number)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var released = Hold(key, reached);
        await _topic.ProduceAsync(key, $"{number}");
        await reached.Task.WaitAsync(StreamCluster.WaitLimit);
        return released;
    }

    private TaskCompletionSource Hold(string key, TaskCompletionSource? reached = null)
    {
        var released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var others = Script.Handling;
        Script.Handling = (stream, events) =>
        {
            if (stream != key) return others(stream, events);
            reached?.TrySetResult();
            return released.Task;
        };
        return released;
    }

    private Task UntilCachedAsync(int records) => Eventually.IsTrueAsync(
        () => TopicCluster.Status(_cluster).GetPartitions()[0].CachedRecords == records, () => $"{records} records to be cached");
}
