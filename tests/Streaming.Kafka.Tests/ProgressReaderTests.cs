using Confluent.Kafka;
using JobRequests.Testing;

namespace JobRequests.Streaming.Kafka.Tests;

public sealed class ProgressReaderTests
{
    [Fact]
    public void A_client_that_fails_for_long_is_replaced()
    {
        var options = new KafkaStreamOptions { Topic = "t", ConsumerGroup = "g", BootstrapServers = $"127.0.0.1:{FreePort.Next()}" };
        var (made, clock) = (0, new SetClock());
        using var reader = new KafkaProgressReader(options, TimeSpan.FromMilliseconds(20))
        {
            Clock = clock,
            CreateConsumer = () =>
            {
                made++;
                return OffsetQueries.CreateConsumer(options);
            },
        };

        foreach (var (after, clients) in new[] { (0.0, 1), (4.9, 1), (0.1, 1), (0.0, 2), (4.9, 2), (0.1, 2), (0.0, 3) })
        {
            clock.Now += TimeSpan.FromSeconds(after);
            Assert.Throws<KafkaException>(reader.Read);
            Assert.Equal(clients, made);
        }
    }

    private sealed class SetClock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
