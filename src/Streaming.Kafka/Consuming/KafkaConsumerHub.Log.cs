using Microsoft.Extensions.Logging;
using ErrorCode = Confluent.Kafka.ErrorCode;

namespace JobRequests.Streaming.Kafka.Consuming;

internal sealed partial class KafkaConsumerHub
{
    [LoggerMessage(Level = LogLevel.Information, Message = "{Provider}: reads partition {Partition} of {Topic} from committed offset {Offset}.")]
    private partial void LogTaken(string provider, string topic, int partition, long? offset);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Provider}: partition {Partition} of {Topic} could not be taken over yet; it is tried again.")]
    private partial void LogOpenFailed(Exception exception, string provider, string topic, int partition);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "{Provider}: offset {Offset} of partition {Partition} of {Topic} was not committed at the end; its records are delivered again.")]
    private partial void LogFinalCommitFailed(Exception exception, string provider, string topic, int partition, long offset);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "{Provider}: offset {Offset} of partition {Partition} of {Topic} was not committed ({Code}: {Reason}); it is tried again.")]
    private partial void LogCommitFailed(string provider, string topic, int partition, long offset, ErrorCode code, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Provider}: partition {Partition} of {Topic} could not be read; it is tried again.")]
    private partial void LogConsumeFailed(Exception exception, string provider, string topic, int partition);

    [LoggerMessage(Level = LogLevel.Critical,
        Message = "{Provider}: {Count} records of partition {Partition} of {Topic} are lost: the next to read was {Position}, the log begins at {Low}. "
            + "Retention must be longer than the longest outage.")]
    private partial void LogRecordsLost(string provider, string topic, int partition, long? position, long low, long count);

    [LoggerMessage(Level = LogLevel.Critical,
        Message = "{Provider}: partition {Partition} of {Topic} has restarted: the next to read was {Position}, the log holds {Low} to {High}. Records may be "
            + "lost; reading starts at {Low}.")]
    private partial void LogLogRestarted(string provider, string topic, int partition, long? position, long low, long high);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Provider}: reading {Topic} failed unexpectedly; it continues.")]
    private partial void LogRoundFailed(Exception exception, string provider, string topic);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Provider}: the consumer's thread does not end.")]
    private partial void LogThreadStuck(string provider);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Provider}: Kafka client: {Code}: {Reason}")]
    private partial void LogClientError(string provider, ErrorCode code, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Provider}: Kafka client: {Facility}: {Text}")]
    private partial void LogClient(string provider, string facility, string text);
}
