namespace JobRequests.Cli.Kafka;

/// <summary>Kafka could not do what was wanted; the message is one sentence that says what to do.</summary>
internal sealed class KafkaFailedException(string message, int exitCode, Exception? reason = null) : Exception(message, reason)
{
    /// <summary>One of <see cref="Cli.ExitCode"/>.</summary>
    public int ExitCode { get; } = exitCode;
}
