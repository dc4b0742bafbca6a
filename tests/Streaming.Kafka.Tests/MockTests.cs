using JobRequests.Streaming.Kafka.Producing;
using JobRequests.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using ErrorCode = Confluent.Kafka.ErrorCode;

namespace JobRequests.Streaming.Kafka.Tests;

/// <summary>Answers of a broker that are rare in life.</summary>
public sealed class MockTests : IDisposable
{
    private readonly MockBroker _broker = new();

    public void Dispose() => _broker.Dispose();

    [Fact]
    public async Task A_partition_is_taken_over_despite_offset_errors()
    {
        await _broker.ProduceAsync("a", "0");
        _broker.Push(MockBroker.OffsetFetch, ErrorCode.GroupAuthorizationFailed, ErrorCode.GroupAuthorizationFailed);

        await using var cluster = await TopicCluster.StartAsync(_broker.Configure);

        await cluster.UntilReceivedAsync("a", 0);
    }

    [Fact]
    public async Task Commits_that_the_broker_refuses_are_made_again()
    {
        await using var cluster = await TopicCluster.StartAsync(options =>
        {
            _broker.Configure(options);
            options.CommitCheckPeriod = TimeSpan.FromMilliseconds(300);
        });
        _broker.Push(MockBroker.OffsetCommit, [.. Enumerable.Repeat(ErrorCode.GroupAuthorizationFailed, 3)]);
        await _broker.ProduceAsync("a", "0");
        await cluster.UntilReceivedAsync("a", 0);

        long? committed = null;
        await Eventually.IsTrueAsync(() => (committed = _broker.Committed()) == 1, () => $"1 to be committed; it is {committed}");
    }

    [Fact]
    public async Task Reads_that_fail_are_made_again()
    {
        await using var cluster = await TopicCluster.StartAsync(_broker.Configure);
        await _broker.ProduceAsync("a", "0");
        await cluster.UntilReceivedAsync("a", 0);
        _broker.Push(
            MockBroker.Fetch, ErrorCode.NotLeaderForPartition, ErrorCode.UnknownTopicOrPart, ErrorCode.TopicAuthorizationFailed, ErrorCode.OffsetNotAvailable);

        await _broker.ProduceAsync("a", "1");

        await cluster.UntilReceivedAsync("a", 1);
        Assert.Equal([0, 1], cluster.Script.Received("a"));
    }

    [Fact]
    public async Task Dead_lettering_goes_on_until_the_broker_takes_it()
    {
        await _broker.ProduceAsync("a", "dead-letter");
        await _broker.ProduceAsync("a", "1");
        _broker.Push(MockBroker.Produce, [.. Enumerable.Repeat(ErrorCode.TopicAuthorizationFailed, 3)]);

        await using var cluster = await TopicCluster.StartAsync(_broker.Configure);

        await cluster.UntilReceivedAsync("a", 1);
        long? committed = null;
        await Eventually.IsTrueAsync(() => (committed = _broker.Committed()) == 2, () => $"2 to be committed; it is {committed}");
        Assert.Equal(["dead-letter"], _broker.ReadAll(_broker.DeadLetters));
    }

    [Fact]
    public async Task Produces_that_can_be_repeated_are_repeated()
    {
        await using var cluster = await StreamCluster.StartAsync(
            silo => silo.AddKafkaStreams(StreamConformance.Provider, options => options.Configure(settings =>
        {
            _broker.Configure(settings);
            // The mock does not look at sequence numbers as a broker does: it takes a later batch while an earlier one is still to be repeated,
            // and librdkafka, which counts what comes before an acknowledged batch as acknowledged, would not repeat that one.
            settings.Producer["max.in.flight.requests.per.connection"] = "1";
        })));
        await cluster.SendAsync("a", 0);
        _broker.Push(MockBroker.Produce, ErrorCode.NotEnoughReplicas, ErrorCode.NotLeaderForPartition, ErrorCode.RequestTimedOut);

        await Task.WhenAll(Enumerable.Range(1, 20).Select(number => cluster.SendAsync("a", number))).WaitAsync(StreamCluster.WaitLimit);

        await Eventually.IsTrueAsync(
            () => cluster.Script.Received("a").Length == 21,
            () => $"21 records; there are {cluster.Script.Received("a").Length}, and {_broker.ReadAll(_broker.Topic).Count} in the log");
        Assert.Equal(Enumerable.Range(0, 21), cluster.Script.Received("a"));
    }

    [Fact]
    public async Task A_producer_that_has_failed_for_good_is_replaced()
    {
        await using var cluster = await StreamCluster.StartAsync(
            silo => silo.AddKafkaStreams(StreamConformance.Provider, options => options.Configure(_broker.Configure)));
        await cluster.SendAsync("a", 0);
        _broker.Push(MockBroker.Produce, ErrorCode.OutOfOrderSequenceNumber);

        var exception = await Assert.ThrowsAsync<KafkaProduceException>(() => cluster.SendAsync("a", 1).WaitAsync(StreamCluster.WaitLimit));
        Assert.False(exception.IsCertainlyNotEnqueued);

        await Eventually.IsTrueAsync(
            async () =>
            {
                try
                {
                    await cluster.SendAsync("a", 2);
                    return true;
                }
                catch (KafkaProduceException)
                {
                    // The old one, until its failure is known.
                    return false;
                }
            },
            () => "the new producer to work");
        await cluster.UntilReceivedAsync("a", 2);
    }

    [Fact]
    public async Task Records_of_a_replaced_producer_are_answered()
    {
        var options = new KafkaStreamOptions();
        _broker.Configure(options);
        using var lease = KafkaProducerPool.Rent(options, NullLogger.Instance);
        var record = new KafkaOutgoingRecord("a"u8.ToArray(), new byte[1000], []);
        await lease.Producer.ProduceAsync(_broker.Topic, record).WaitAsync(StreamCluster.WaitLimit);
        _broker.Push(MockBroker.Produce, ErrorCode.OutOfOrderSequenceNumber);

        var all = Enumerable.Range(0, 5_000).Select(_ => lease.Producer.ProduceAsync(_broker.Topic, record)).ToList();

        await Task.WhenAll(all.Select(task => task.ContinueWith(_ => { }, TaskScheduler.Default))).WaitAsync(StreamCluster.WaitLimit);
        Assert.Contains(all, task => task.IsFaulted);
    }

    [Fact]
    public async Task Reading_continues_after_a_broker_restart()
    {
        await using var cluster = await TopicCluster.StartAsync(_broker.Configure);
        await _broker.ProduceAsync("a", "0");
        await cluster.UntilReceivedAsync("a", 0);

        _broker.SetDown();
        await Task.Delay(500);
        _broker.SetUp();
        await _broker.ProduceAsync("a", "1");

        await cluster.UntilReceivedAsync("a", 1);
        long? committed = null;
        await Eventually.IsTrueAsync(() => (committed = _broker.Committed()) == 2, () => $"2 to be committed; it is {committed}");
    }
}
