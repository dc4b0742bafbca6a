using System.Diagnostics;
using System.Text;
using JobRequests.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace JobRequests.Streaming.Kafka.Tests;

public sealed class TelemetryTests
{
    [Fact]
    public async Task A_produce_has_a_span_and_carries_its_trace()
    {
        await using var topic = await TestTopic.CreateAsync();
        var spans = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == KafkaTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                if (topic.Name.Equals(span.GetTagItem("messaging.destination.name"))) lock (spans) spans.Add(span);
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var cluster = await StreamCluster.StartAsync(silo =>
        {
            silo.Services.AddKeyedSingleton<IKafkaRecordEncoder>(StreamConformance.Provider, new TracingEncoder());
            silo.Services.AddKeyedSingleton<IKafkaRecordDecoder>(StreamConformance.Provider, new TextDecoder());
            silo.AddKafkaStreams(StreamConformance.Provider, options => options.Configure(topic.Configure));
        });

        using (var parent = new Activity("parent").Start())
        {
            parent.TraceStateString = "a=b";
            await cluster.SendAsync("a", 0);
            await cluster.SendAsync("a", TracingEncoder.WithOwnTrace);
            var sent = topic.ReadAll(topic.Name);
            Assert.Contains(parent.TraceId.ToHexString(), Header(sent[0], "traceparent"));
            Assert.Equal("a=b", Header(sent[0], "tracestate"));
            Assert.Equal("own", Header(sent[1], "traceparent"));
            Assert.Single(sent[1].Message.Headers);
        }

        lock (spans)
        {
            Assert.Equal(2, spans.Count);
            Assert.All(spans,
                span => Assert.Equal(
                    (ActivityKind.Producer, $"send {topic.Name}", "kafka"), (span.Kind, span.DisplayName, span.GetTagItem("messaging.system"))));
            Assert.Contains(spans[0].SpanId.ToHexString(), Header(topic.ReadAll(topic.Name)[0], "traceparent"));
        }
    }

    [Fact]
    public async Task Gauges_and_counters_show_what_a_consumer_does()
    {
        await using var topic = await TestTopic.CreateAsync();
        using var lag = new MetricRecorder("messaging.kafka.consumer.lag", topic.Name);
        using var cache = new MetricRecorder("messaging.kafka.consumer.cache.messages", topic.Name);
        using var age = new MetricRecorder("messaging.kafka.consumer.commit.age", topic.Name);
        using var delivered = new MetricRecorder("messaging.client.consumed.messages", topic.Name);
        using var deadLetters = new MetricRecorder("messaging.kafka.consumer.dead_lettered.messages", topic.Name);
        await using var cluster = await TopicCluster.StartAsync(topic);
        var (reached, released) = (new TaskCompletionSource(), new TaskCompletionSource());
        cluster.Script.Handling = (stream, _) =>
        {
            if (stream != "held") return Task.CompletedTask;
            reached.TrySetResult();
            return released.Task;
        };
        await topic.ProduceAsync("held", "0");
        await topic.ProduceAsync("a", "1");
        await topic.ProduceAsync("a", "dead-letter");
        await reached.Task.WaitAsync(StreamCluster.WaitLimit);
        await Eventually.IsTrueAsync(() => delivered.Sum == 1
            && deadLetters.Sum == 1, () => $"one delivered and one dead-lettered; it is {delivered.Sum} and {deadLetters.Sum}");

        foreach (var gauge in new[] { lag, cache, age }) gauge.Observe();

        Assert.Equal((3, 1), (lag.Sum, cache.Sum));
        Assert.True(age.Sum > 0);
        released.SetResult();
        await topic.UntilCommittedAsync(3);
    }

    private static string Header(Confluent.Kafka.ConsumeResult<byte[]?, byte[]?> record, string name) =>
        Encoding.UTF8.GetString(record.Message.Headers.GetLastBytes(name));

    private sealed class TracingEncoder : IKafkaRecordEncoder
    {
        public const int WithOwnTrace = 7;

        public KafkaOutgoingRecord Encode(StreamId stream, object item)
        {
            var number = ((Numbered)item).Number;
            return new KafkaOutgoingRecord(
                stream.Key, Encoding.UTF8.GetBytes($"{number}"), number == WithOwnTrace ? [new KafkaHeader("traceparent", "own"u8.ToArray())] : []);
        }
    }
}
