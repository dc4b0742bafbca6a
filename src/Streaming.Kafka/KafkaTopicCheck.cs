using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using JobRequests.Streaming.Kafka.Producing;
using Microsoft.Extensions.Logging;
using ErrorCode = Confluent.Kafka.ErrorCode;

namespace JobRequests.Streaming.Kafka;

/// <summary>Finds out whether a provider has what it needs: brokers, its topics, their partitions.</summary>
internal sealed partial class KafkaTopicCheck(string provider, KafkaStreamOptions options, bool isSilo, KafkaProducer producer)
{
    // A topic made a moment ago is not known to every broker yet.
    private static readonly TimeSpan MissingTopicLimit = TimeSpan.FromSeconds(3);

    // The broker's limit is on a batch: its header, and the lengths of a record's parts.
    private const int BatchOverhead = 512;
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(5);

    /// <summary>Retries a broker that does not answer, for the start timeout; everything else is final.</summary>
    public async Task<KafkaTopicCounts> WaitForTopicsAsync(ILogger logger, CancellationToken cancellationToken)
    {
        var startedAt = Environment.TickCount64;
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                var counts = await CheckAsync(AnswerTime, cancellationToken);
                if (options.ChecksRecordSize) await CheckSizeAsync(logger);
                return counts;
            }
            catch (KafkaStartException exception)
                when (exception.InnerException is KafkaException { Error.Code: ErrorCode.UnknownTopicOrPart } && Elapsed() < MissingTopicLimit)
            {
            }
            catch (KafkaException exception)
            {
                if (Elapsed() >= options.StartTimeout)
                    throw new KafkaStartException(
                        provider, AddressSetting,
                        $"no broker answered at '{options.BootstrapServers}' within {options.StartTimeout}: "
                            + $"{producer.LastError?.Reason ?? exception.Error.Reason}", exception);
                LogWaiting(logger, exception, provider, options.BootstrapServers);
            }

            await Task.Delay(Backoff.Next(attempt), cancellationToken);
        }

        TimeSpan Elapsed() => TimeSpan.FromMilliseconds(Environment.TickCount64 - startedAt);
    }

    /// <summary>One question. Throws <see cref="KafkaException"/> when no broker answers, <see cref="KafkaStartException"/> when the answer is not as it must
    /// be.</summary>
    public async Task<KafkaTopicCounts> CheckAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        string[] topics = isSilo ? [options.Topic, options.EffectiveDeadLetterTopic] : [options.Topic];
        List<TopicMetadata> found;
        try
        {
            // Any broker can answer this; the newer question goes to the controller alone.
            found = await Task.Run(() => Describe(topics, timeout), cancellationToken).WaitAsync(cancellationToken);
        }
        catch (KafkaException exception) when (producer.LastError is { Code: ErrorCode.Local_Authentication or ErrorCode.SaslAuthenticationFailed } error)
        {
            throw new KafkaStartException(
                provider, nameof(options.Client), $"the broker at '{options.BootstrapServers}' refused the credentials: {error.Reason}", exception);
        }

        foreach (var topic in found) CheckTopic(topic);
        var partitions = found.Single(topic => topic.Topic == options.Topic).Partitions.Count;
        return options.ExpectedPartitions is not { } expected || expected == partitions
            ? new KafkaTopicCounts(partitions, isSilo ? found.Single(topic => topic.Topic == options.EffectiveDeadLetterTopic).Partitions.Count : 0)
            : throw new KafkaStartException(
                provider, nameof(options.ExpectedPartitions), $"topic '{options.Topic}' has {partitions} partitions, not {expected}");
    }

    private string AddressSetting => string.IsNullOrWhiteSpace(options.ConnectionName) ? nameof(options.BootstrapServers) : nameof(options.ConnectionName);

    private List<TopicMetadata> Describe(string[] topics, TimeSpan timeout)
    {
        using var admin = producer.CreateAdminClient();
        return [.. topics.Select(topic => admin.GetMetadata(topic, timeout).Topics.Single())];
    }

    /// <summary>A record that the broker refuses for its size would fail each time that it is sent.</summary>
    private async Task CheckSizeAsync(ILogger logger)
    {
        string? limit;
        try
        {
            using var admin = producer.CreateAdminClient();
            var answers = await admin.DescribeConfigsAsync(
                [new ConfigResource { Type = ResourceType.Topic, Name = options.Topic }], new DescribeConfigsOptions { RequestTimeout = AnswerTime });
            limit = answers[0].Entries.GetValueOrDefault("max.message.bytes")?.Value;
        }
        catch (KafkaException exception)
        {
            // Not everybody may ask for a topic's settings, and not every server knows the question.
            LogSizeUnknown(logger, provider, options.Topic, exception.Error.Reason);
            return;
        }

        if (long.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) && options.MaxRecordBytes + BatchOverhead > bytes)
            throw new KafkaStartException(
                provider, nameof(options.MaxRecordBytes),
                $"records of {options.MaxRecordBytes} bytes do not fit into topic '{options.Topic}', whose max.message.bytes is {bytes}; {BatchOverhead} more "
                    + "bytes go around a record");
    }

    private void CheckTopic(TopicMetadata topic)
    {
        if (!topic.Error.IsError) return;
        var setting = topic.Topic == options.Topic ? nameof(options.Topic) : nameof(options.DeadLetterTopic);
        throw topic.Error.Code switch
        {
            ErrorCode.UnknownTopicOrPart => new KafkaStartException(
                provider, setting, $"topic '{topic.Topic}' does not exist at '{options.BootstrapServers}'; create it with the partitions it is to have",
                new KafkaException(topic.Error)),
            ErrorCode.TopicAuthorizationFailed => new KafkaStartException(
                provider, setting, $"the broker at '{options.BootstrapServers}' does not allow the use of topic '{topic.Topic}'",
                new KafkaException(topic.Error)),
            _ => new KafkaException(topic.Error),
        };
    }

    [LoggerMessage(Level = LogLevel.Information,
        Message = "{Provider}: the largest record of topic {Topic} is not known ({Reason}); a larger MaxRecordBytes shows when such a record is sent.")]
    private static partial void LogSizeUnknown(ILogger logger, string provider, string topic, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Provider}: waiting for a broker at {BootstrapServers}.")]
    private static partial void LogWaiting(ILogger logger, Exception exception, string provider, string? bootstrapServers);
}

/// <summary>Partition counts of a provider's topics.</summary>
/// <param name="Partitions">Of the topic.</param>
/// <param name="DeadLetters">Of its dead-letter topic; 0 on a client.</param>
internal readonly record struct KafkaTopicCounts(int Partitions, int DeadLetters);
