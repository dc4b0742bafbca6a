using JobRequests.ServiceDefaults;

namespace JobRequests.Gateway.Hosting;

/// <summary>Ends a gateway whose topic has another partition count than the silos have recorded: its commands would overtake each other.</summary>
internal sealed partial class TopicCheck(
    IConfiguration configuration, IClusterClient cluster, IClusterConnection connection, TimeProvider time, ILogger<TopicCheck> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (KafkaSettings.Of(configuration) is not { } kafka) return;
        var topic = kafka.TopicOf(StreamNames.Requests);
        while (await ReadRecordedAsync(topic, stoppingToken) is var recorded)
        {
            if (recorded is { } partitions && await CountAsync(kafka, topic, stoppingToken) is { } found)
            {
                if (found != partitions) throw new TopicPartitionsException(StreamNames.Requests, topic, partitions, found);
                return;
            }

            await Task.Delay(Pause, time, stoppingToken);
        }
    }

    private async Task<int?> ReadRecordedAsync(string topic, CancellationToken stoppingToken)
    {
        try
        {
            return connection.IsUp ? await cluster.GetGrain<ITopicRecordGrain>(topic).ReadPartitions().WaitAsync(stoppingToken) : null;
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            NotNow(logger, exception, topic);
            return null;
        }
    }

    private async Task<int?> CountAsync(KafkaSettings kafka, string topic, CancellationToken stoppingToken)
    {
        try
        {
            return await Task.Run(() => kafka.CountPartitions(topic), stoppingToken);
        }
        catch (Confluent.Kafka.KafkaException exception)
        {
            NotNow(logger, exception, topic);
            return null;
        }
    }

    [LoggerMessage(LogLevel.Debug, "The partitions of topic {Topic} could not be compared yet.")]
    private static partial void NotNow(ILogger logger, Exception exception, string topic);
}
