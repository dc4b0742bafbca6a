using System.Text;
using JobRequests.Testing;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace JobRequests.Streaming.Kafka.Tests;

/// <summary>Records that others wrote, good and bad.</summary>
public sealed class RecordTests : IAsyncLifetime
{
    private readonly TextDecoder _decoder = new();
    private TestTopic _topic = null!;
    private StreamCluster _cluster = null!;

    public async ValueTask InitializeAsync()
    {
        _topic = await TestTopic.CreateAsync();
        _cluster = await TopicCluster.StartAsync(_topic, options => options.MaxRecordBytes = 1000, _decoder);
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await _topic.DisposeAsync();
    }

    [Fact]
    public async Task A_plain_producers_records_are_consumed_with_all_headers()
    {
        var sent = await _topic.ProduceAsync("a", "5", ("trace", "1"), ("trace", "2"));

        await _cluster.UntilReceivedAsync("a", 5);

        var record = Assert.Single(_decoder.Seen);
        Assert.Equal((_topic.Name, 0, 0L), (record.Topic, record.Partition, record.Offset));
        Assert.Equal(sent.Timestamp.UnixTimestampMs, record.Timestamp.ToUnixTimeMilliseconds());
        Assert.Equal([("trace", "1"), ("trace", "2")], record.Headers.Select(header => (header.Name, Encoding.UTF8.GetString(header.Value.Span))));
        Assert.Equal("a", Encoding.UTF8.GetString(record.Key!.Value.Span));
        await _topic.UntilCommittedAsync(1);
    }

    [Fact]
    public async Task The_decoder_maps_any_keys_to_one_stream()
    {
        await _topic.ProduceAsync("a/x", "0");
        await _topic.ProduceAsync("a/y", "1");
        await _topic.ProduceAsync("a", "2");

        await _cluster.UntilReceivedAsync("a", 2);

        Assert.Equal([0, 1, 2], _cluster.Script.Received("a"));
    }

    [Fact]
    public async Task Bad_records_are_dead_lettered_raw_and_their_neighbours_delivered()
    {
        byte[] poison = [0xff, 0x00, 0xc3];
        await _topic.ProduceAsync("a", "0");
        await _topic.ProduceAsync([1, 2, 0xfe], poison, ("h", "v"));
        await _topic.ProduceAsync("a", "dead-letter");
        await _topic.ProduceAsync("a", "no key");
        await _topic.ProduceAsync("a", "skip");
        await _topic.ProduceAsync("a", new string(' ', 1000) + "9");
        await _topic.ProduceAsync(null, (byte[]?)null);
        await _topic.ProduceAsync("a", "1");

        await _cluster.UntilReceivedAsync("a", 1);
        await _topic.UntilCommittedAsync(8);

        Assert.Equal([0, 1], _cluster.Script.Received("a"));
        var deadLetters = _topic.ReadAll(_topic.DeadLetters);
        var origins = deadLetters.Select(record => DeadLetterRecord.Read(Headers(record))!).ToArray();
        Assert.Equal([(1, "undecodable"), (2, "told-to"), (3, "undecodable"), (5, "too-large"), (6, "undecodable")],
            origins.Select(origin => (origin.Offset, origin.Reason)));
        Assert.All(origins, origin => Assert.Equal((_topic.Name, 0, 0), (origin.Topic, origin.Partition, origin.Attempts)));
        Assert.Contains("FormatException", origins[0].Error);
        Assert.Equal((byte[])[1, 2, 0xfe], deadLetters[0].Message.Key);
        Assert.Equal(poison, deadLetters[0].Message.Value);
        Assert.Equal("v", Encoding.UTF8.GetString(deadLetters[0].Message.Headers.GetLastBytes("h")));
        Assert.Null(deadLetters[4].Message.Key);
        Assert.Null(deadLetters[4].Message.Value);
    }

    [Fact]
    public async Task Records_without_a_subscriber_are_committed()
    {
        await using var topic = await TestTopic.CreateAsync();
        await using var cluster = await StreamCluster.StartAsync(
            silo => silo.AddKafkaStreams(StreamConformance.Provider, options => options.Configure(topic.Configure)));

        await cluster.Stream("a", streamNamespace: "nobody-listens").OnNextAsync(new Numbered("a", 0));
        await cluster.SendAsync("b", 0);

        await cluster.UntilReceivedAsync("b", 0);
        await topic.UntilCommittedAsync(2);
        Assert.Empty(topic.ReadAll(topic.DeadLetters));
    }

    [Fact]
    public async Task Items_of_another_type_are_dead_lettered_with_reason()
    {
        await using var topic = await TestTopic.CreateAsync();
        await using var cluster = await StreamCluster.StartAsync(silo => silo.AddKafkaStreams(StreamConformance.Provider, options => options.Configure(kafka =>
        {
            topic.Configure(kafka);
            kafka.MaxDeliveryTime = TimeSpan.FromMilliseconds(500);
        })));
        await cluster.SendAsync("a", 0);
        await cluster.UntilReceivedAsync("a", 0);
        var text = cluster.Cluster.Silos[0].ServiceProvider.GetRequiredService<Serializer>().SerializeToArray<object>("text");

        for (var i = 0; i < 2; i++) await topic.ProduceAsync("a"u8.ToArray(), text, ("orleans-stream-namespace", StreamConformance.Namespace));
        await cluster.SendAsync("a", 3);

        await cluster.UntilReceivedAsync("a", 3);
        await topic.UntilCommittedAsync(4);
        Assert.Equal([0, 3], cluster.Script.FirstOccurrences("a"));
        var origins = topic.ReadAll(topic.DeadLetters).Select(record => DeadLetterRecord.Read(Headers(record))!).ToArray();
        Assert.Equal(["unexpected-type", "unexpected-type"], origins.Select(origin => origin.Reason));
        Assert.All(origins, origin => Assert.Contains("is a System.String; its consumer takes JobRequests.Testing.Numbered", origin.Error));
        Assert.Equal(2, cluster.Script.Errors("a").Count());
    }

    [Fact]
    public async Task Null_and_batches_with_null_are_refused()
    {
        await using var topic = await TestTopic.CreateAsync();
        await using var cluster = await StreamCluster.StartAsync(
            silo => silo.AddKafkaStreams(StreamConformance.Provider, options => options.Configure(topic.Configure)));

        await Assert.ThrowsAsync<ArgumentNullException>(() => cluster.Stream("a").OnNextAsync(null!));
        await Assert.ThrowsAsync<ArgumentNullException>(() => cluster.Stream("a").OnNextBatchAsync([new Numbered("a", 0), null!]));

        await cluster.SendAsync("a", 1);
        await cluster.UntilReceivedAsync("a", 1);
        Assert.Single(topic.ReadAll(topic.Name));
    }

    [Fact]
    public async Task Foreign_bytes_on_an_Orleans_topic_are_dead_lettered()
    {
        await using var topic = await TestTopic.CreateAsync();
        await using var cluster = await StreamCluster.StartAsync(
            silo => silo.AddKafkaStreams(StreamConformance.Provider, options => options.Configure(topic.Configure)));
        await topic.ProduceAsync([0xff, 0xfe], [1]);
        await topic.ProduceAsync("", "x");
        await topic.ProduceAsync("a", "{}");
        await topic.ProduceAsync("a"u8.ToArray(), null);

        await cluster.SendAsync("a", 4);

        await cluster.UntilReceivedAsync("a", 4);
        await topic.UntilCommittedAsync(5);
        Assert.Equal([4], cluster.Script.Received("a"));
        Assert.Equal(4, topic.ReadAll(topic.DeadLetters).Count);
    }

    private static IReadOnlyList<KafkaHeader> Headers(Confluent.Kafka.ConsumeResult<byte[]?, byte[]?> record) =>
        [.. record.Message.Headers.Select(header => new KafkaHeader(header.Key, header.GetValueBytes()))];
}
