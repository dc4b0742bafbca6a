using Microsoft.Extensions.Logging;

namespace JobRequests.Streaming.Kafka.Producing;

/// <summary>The producers of this process: one for each set of brokers and settings, disposed of when its last user has gone.</summary>
internal static class KafkaProducerPool
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, (KafkaProducer Producer, int Users)> Producers = new(StringComparer.Ordinal);

    public static Lease Rent(KafkaStreamOptions options, ILogger logger)
    {
        var settings = KafkaClientSettings.ForProducer(options);
        var key = string.Join('\n', settings.OrderBy(setting => setting.Key, StringComparer.Ordinal).Select(setting => $"{setting.Key}={setting.Value}"));
        lock (Gate)
        {
            var (producer, users) = Producers.TryGetValue(key, out var shared) ? shared : (new KafkaProducer(settings, logger), 0);
            Producers[key] = (producer, users + 1);
            return new Lease(key, producer);
        }
    }

    public sealed class Lease(string key, KafkaProducer producer) : IDisposable
    {
        private int _isReturned;

        public KafkaProducer Producer => producer;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isReturned, 1) != 0) return;
            lock (Gate)
            {
                var users = Producers[key].Users - 1;
                if (users > 0)
                {
                    Producers[key] = (producer, users);
                    return;
                }

                Producers.Remove(key);
            }

            producer.Dispose();
        }
    }
}
