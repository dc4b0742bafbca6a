using Confluent.Kafka.Admin;
using JobRequests.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Streaming.Diagnostics;
using TopicPartitionOffset = Confluent.Kafka.TopicPartitionOffset;

namespace JobRequests.Streaming.Kafka.Tests;

/// <summary>Where a silo starts to read, and what it leaves to the next.</summary>
public sealed class CommitTests : IAsyncLifetime
{
    private TestTopic _topic = null!;

    public async ValueTask InitializeAsync() => _topic = await TestTopic.CreateAsync();

    public ValueTask DisposeAsync() => _topic.DisposeAsync();

    [Fact]
    public async Task A_new_topic_is_read_from_its_beginning()
    {
        await _topic.ProduceAsync("a", "0");

        await using var cluster = await TopicCluster.StartAsync(_topic);

        await cluster.UntilReceivedAsync("a", 0);
    }

    [Fact]
    public async Task The_next_silo_continues_where_the_last_one_stopped()
    {
        await using (var first = await TopicCluster.StartAsync(_topic))
        {
            for (var number = 0; number < 50; number++) await _topic.ProduceAsync("a", $"{number}");
            await first.UntilReceivedAsync("a", 49);
            // Stops before the next automatic commit.
        }

        Assert.Equal(50, await _topic.CommittedAsync());
        await _topic.ProduceAsync("a", "50");
        await using var second = await TopicCluster.StartAsync(_topic);
        await second.UntilReceivedAsync("a", 50);
        Assert.Equal([50], second.Script.Received("a"));
    }

    [Fact]
    public async Task A_graceful_stop_commits_only_finished_records()
    {
        var failing = new TaskCompletionSource();
        var cluster = await TopicCluster.StartAsync(_topic);
        cluster.Script.Handling = (stream, _) =>
        {
            if (stream != "failing") return Task.CompletedTask;
            failing.TrySetResult();
            throw new InvalidOperationException("Not now.");
        };
        await _topic.ProduceAsync("done", "0");
        await _topic.ProduceAsync("failing", "0");
        await _topic.ProduceAsync("done", "1");
        await cluster.UntilReceivedAsync("done", 1);
        await failing.Task.WaitAsync(StreamCluster.WaitLimit);

        await cluster.DisposeAsync();

        Assert.Equal(1, await _topic.CommittedAsync());
        Assert.Empty(_topic.ReadAll(_topic.DeadLetters));
        await using var next = await TopicCluster.StartAsync(_topic);
        await next.UntilReceivedAsync("done", 1);
        await next.UntilReceivedAsync("failing", 0);
        await _topic.UntilCommittedAsync(3);
    }

    [Fact]
    public async Task Records_handled_during_a_stop_are_committed()
    {
        var cluster = await TopicCluster.StartAsync(_topic);
        var (reached, released) = (new TaskCompletionSource(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        cluster.Script.Handling = (_, _) =>
        {
            reached.TrySetResult();
            return released.Task;
        };
        await _topic.ProduceAsync("a", "0");
        await _topic.ProduceAsync("a", "1");
        await reached.Task.WaitAsync(StreamCluster.WaitLimit);
        using var stopped = new StreamingEventWatch<StreamingEvents.PullingAgentStopped>(cluster);

        var stopping = cluster.DisposeAsync().AsTask();
        await stopped.Seen.WaitAsync(StreamCluster.WaitLimit);
        released.SetResult();
        await stopping.WaitAsync(StreamCluster.WaitLimit);

        Assert.Equal(cluster.Script.Received("a").Length, await _topic.CommittedAsync());
        Assert.NotEmpty(cluster.Script.Received("a"));
    }

    [Fact]
    public async Task An_overwritten_commit_is_made_again()
    {
        await using var cluster = await TopicCluster.StartAsync(_topic, options => options.CommitCheckPeriod = TimeSpan.FromMilliseconds(200));
        for (var number = 0; number < 5; number++) await _topic.ProduceAsync("a", $"{number}");
        await _topic.UntilCommittedAsync(5);

        // As a former owner does that was paused.
        _topic.Commit(2);

        await _topic.UntilCommittedAsync(5);
    }

    [Fact]
    public async Task Records_lost_to_retention_are_logged_as_critical()
    {
        for (var number = 0; number < 10; number++) await _topic.ProduceAsync("a", $"{number}");
        _topic.Commit(3);
        await _topic.Admin.DeleteRecordsAsync([new TopicPartitionOffset(_topic.Name, 0, 6)]);
        using var losses = new MetricRecorder("messaging.kafka.consumer.data_loss", _topic.Name);
        var logs = new LogRecorder();

        await using var cluster = await TopicCluster.StartAsync(_topic, logs: logs);

        await cluster.UntilReceivedAsync("a", 9);
        Assert.Equal([6, 7, 8, 9], cluster.Script.Received("a"));
        await logs.UntilAsync(LogLevel.Critical, "3 records of partition 0");
        Assert.Equal(1, losses.Sum);
        await _topic.UntilCommittedAsync(10);
    }

    [Fact]
    public async Task An_offset_beyond_the_end_restarts_at_the_beginning()
    {
        await _topic.ProduceAsync("a", "77");
        _topic.Commit(10);
        var logs = new LogRecorder();

        await using var cluster = await TopicCluster.StartAsync(_topic, logs: logs);

        await cluster.UntilReceivedAsync("a", 77);
        await logs.UntilAsync(LogLevel.Critical, "has restarted");
        await _topic.UntilCommittedAsync(1);
    }

    [Fact]
    public async Task A_recreated_topic_is_read_on()
    {
        var logs = new LogRecorder();
        await using var cluster = await TopicCluster.StartAsync(_topic, logs: logs);
        for (var number = 0; number < 10; number++) await _topic.ProduceAsync("a", $"{number}");
        await _topic.UntilCommittedAsync(10);

        await RemakeAsync();
        await _topic.ProduceAsync("a", "77");

        await cluster.UntilReceivedAsync("a", 77);
        await logs.UntilAsync(LogLevel.Critical, "has restarted");
        await _topic.UntilCommittedAsync(1);
    }

    [Fact]
    public async Task No_grain_resumes_at_an_old_topics_offset()
    {
        await using var cluster = await TopicCluster.StartAsync(_topic);

        Assert.False(
            cluster.Cluster.Silos[0].ServiceProvider.GetRequiredKeyedService<Orleans.Streams.IStreamProvider>(StreamConformance.Provider).IsRewindable);
    }

    private async Task RemakeAsync()
    {
        await _topic.Admin.DeleteTopicsAsync([_topic.Name]);
        await Eventually.IsTrueAsync(
            async () =>
            {
                try
                {
                    await _topic.MakeAsync(_topic.Name);
                    return true;
                }
                catch (CreateTopicsException)
                {
                    // The old one is still being deleted.
                    return false;
                }
            },
            () => "the topic to be rebuilt");
    }
}
