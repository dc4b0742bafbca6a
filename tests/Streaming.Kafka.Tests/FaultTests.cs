using JobRequests.Testing;

namespace JobRequests.Streaming.Kafka.Tests;

/// <summary>The way to the broker is cut and comes back.</summary>
[Collection(nameof(Toxics))]
public sealed class FaultTests : IAsyncLifetime
{
    private TestTopic _topic = null!;
    private Toxics _toxics = null!;

    public async ValueTask InitializeAsync()
    {
        _topic = await TestTopic.CreateAsync();
        _toxics = new Toxics();
    }

    public async ValueTask DisposeAsync()
    {
        await _toxics.DisposeAsync();
        await _topic.DisposeAsync();
    }

    [Fact]
    public async Task After_an_outage_everything_continues_by_itself()
    {
        await using var cluster = await TopicCluster.StartAsync(_topic, options => options.BootstrapServers = _toxics.Address);
        await _topic.ProduceAsync("a", "0");
        await cluster.UntilReceivedAsync("a", 0);

        await _toxics.CutAsync();
        for (var number = 1; number < 20; number++) await _topic.ProduceAsync("a", $"{number}");
        await Task.Delay(1000);
        await _toxics.HealAsync();

        await cluster.UntilReceivedAsync("a", 19);
        Assert.Equal(Enumerable.Range(0, 20), cluster.Script.FirstOccurrences("a"));
        await _topic.UntilCommittedAsync(20);
    }

    [Fact]
    public async Task Records_produced_during_connection_faults_arrive_once_in_order()
    {
        await using var cluster = await StreamCluster.StartAsync(silo => silo.AddKafkaStreams(StreamConformance.Provider, options => options.Configure(kafka =>
        {
            _topic.Configure(kafka);
            kafka.BootstrapServers = _toxics.Address;
            kafka.MessageTimeout = TimeSpan.FromSeconds(30);
        })));
        var sent = new List<Task>();
        for (var number = 0; number < 300; number++)
        {
            sent.Add(cluster.SendAsync("a", number));
            if (number % 100 == 50) await _toxics.CutAsync();
            if (number % 100 == 90) await _toxics.HealAsync();
            if (number % 10 == 0) await Task.Delay(5);
        }

        await Task.WhenAll(sent).WaitAsync(StreamCluster.WaitLimit);

        Assert.Equal(300, _topic.ReadAll(_topic.Name).Count);
        await cluster.UntilReceivedAsync("a", 299);
        Assert.Equal(Enumerable.Range(0, 300), cluster.Script.FirstOccurrences("a"));
    }

    [Fact]
    public async Task An_unacknowledged_produce_fails_in_time_as_unknown()
    {
        await using var cluster = await TopicCluster.StartAsync(_topic, options =>
        {
            options.BootstrapServers = _toxics.Address;
            options.MessageTimeout = TimeSpan.FromSeconds(1.5);
        });
        await _toxics.CutAsync();

        var exception = await Assert.ThrowsAsync<KafkaProduceException>(() => cluster.SendAsync("a", 0).WaitAsync(StreamCluster.WaitLimit));

        Assert.False(exception.IsCertainlyNotEnqueued);
        Assert.Equal(_topic.Name, exception.Topic);
    }

    [Fact]
    public async Task A_locally_refused_record_is_certainly_not_enqueued()
    {
        await using var cluster = await TopicCluster.StartAsync(_topic, options =>
        {
            options.BootstrapServers = _toxics.Address;
            options.MessageTimeout = TimeSpan.FromSeconds(5);
            options.MaxRecordBytes = 2000;
            options.Producer["queue.buffering.max.messages"] = "10";
        });
        var large = await Assert.ThrowsAsync<KafkaProduceException>(() => cluster.SendAsync(new string('k', 3000), 0));
        Assert.True(large.IsCertainlyNotEnqueued);
        Assert.Contains("MaxRecordBytes", large.Message);

        await _toxics.CutAsync();
        var sent = Enumerable.Range(0, 30).Select(number => cluster.SendAsync("a", number)).ToArray();

        var outcomes = await Task.WhenAll(sent.Select(async send =>
        {
            try
            {
                await send.WaitAsync(StreamCluster.WaitLimit);
                return "sent";
            }
            catch (KafkaProduceException exception)
            {
                return exception.IsCertainlyNotEnqueued ? "refused" : "unknown";
            }
        }));
        Assert.Equal(20, outcomes.Count(outcome => outcome == "refused"));
        Assert.Equal(10, outcomes.Count(outcome => outcome == "unknown"));
    }

    [Fact]
    public async Task A_partly_produced_batch_is_not_called_refused()
    {
        await using var cluster = await TopicCluster.StartAsync(_topic, options =>
        {
            options.BootstrapServers = _toxics.Address;
            options.MessageTimeout = TimeSpan.FromSeconds(2);
            options.Producer["queue.buffering.max.messages"] = "10";
        });
        await _toxics.CutAsync();

        var exception = await Assert.ThrowsAsync<KafkaProduceException>(
            () => cluster.Stream("a").OnNextBatchAsync(Enumerable.Range(0, 15).Select(number => new Numbered("a", number))).WaitAsync(StreamCluster.WaitLimit));

        Assert.False(exception.IsCertainlyNotEnqueued);
    }

    [Fact]
    public async Task The_commit_waits_for_failed_dead_lettering()
    {
        // The dead-letter topic takes no record of more than 300 bytes; without its value the copy is still too large.
        await _topic.Admin.IncrementalAlterConfigsAsync(new()
        {
            [new() { Type = Confluent.Kafka.Admin.ResourceType.Topic, Name = _topic.DeadLetters }] = [new() { Name = "max.message.bytes", Value = "300" }],
        });
        using var failures = new MetricRecorder("messaging.kafka.consumer.dead_lettering.failures", _topic.Name);
        await using var cluster = await TopicCluster.StartAsync(_topic);
        await _topic.ProduceAsync("a", "dead-letter");
        await _topic.ProduceAsync("a", "1");
        await cluster.UntilReceivedAsync("a", 1);
        await Eventually.IsTrueAsync(() => failures.Count >= 2, () => "two attempts to dead-letter");

        var status = Assert.Single(TopicCluster.Status(cluster).GetPartitions());
        Assert.Equal((0, 1), (status.NextToFinish, status.DeadLetterRecords));
        // No commit, or one of nothing.
        Assert.Equal(0, await _topic.CommittedAsync() ?? 0);

        await _topic.Admin.IncrementalAlterConfigsAsync(new()
        {
            [new() { Type = Confluent.Kafka.Admin.ResourceType.Topic, Name = _topic.DeadLetters }] = [new() { Name = "max.message.bytes", Value = "100000" }],
        });
        await _topic.UntilCommittedAsync(2);
        Assert.Single(_topic.ReadAll(_topic.DeadLetters));
    }

    [Fact]
    public async Task A_too_large_record_is_dead_lettered_without_its_value()
    {
        await _topic.Admin.IncrementalAlterConfigsAsync(new()
        {
            [new() { Type = Confluent.Kafka.Admin.ResourceType.Topic, Name = _topic.DeadLetters }] = [new() { Name = "max.message.bytes", Value = "5000" }],
        });
        await using var cluster = await TopicCluster.StartAsync(_topic);
        await _topic.ProduceAsync("a", new string('x', 10_000));

        await _topic.UntilCommittedAsync(1);

        var deadLetters = Assert.Single(_topic.ReadAll(_topic.DeadLetters));
        Assert.Null(deadLetters.Message.Value);
        Assert.Contains(deadLetters.Message.Headers, header => header.Key == DeadLetterRecord.ValueOmitted);
        Assert.Contains(deadLetters.Message.Headers, header => header.Key == DeadLetterRecord.OriginOffset);
    }
}
