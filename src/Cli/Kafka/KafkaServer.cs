using System.Diagnostics;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using JobRequests.Streaming.Kafka;

namespace JobRequests.Cli.Kafka;

/// <summary>A Kafka cluster that answers soon or is said to be unreachable.</summary>
/// <param name="Bootstrap">Its bootstrap servers.</param>
/// <param name="Setting">The setting that named them.</param>
/// <param name="Settings">What the user wants of librdkafka besides.</param>
internal sealed record KafkaServer(string Bootstrap, string Setting, IReadOnlyDictionary<string, string> Settings)
{
    public static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(4);

    // The last thing that librdkafka complained about: when nothing answers, it is the reason.
    private readonly Complaints _complaints = new();

    public IAdminClient Admin() => Build(() => new AdminClientBuilder(Configure([]))
        .SetErrorHandler((_, error) => _complaints.Last = error).SetLogHandler(static (_, _) => { }).Build());

    /// <summary>A reader without a group: it remembers nothing on the broker.</summary>
    public IConsumer<byte[]?, byte[]?> Reader() => Build(() => new ConsumerBuilder<byte[]?, byte[]?>(Configure(
    [
        // librdkafka wants a group even where partitions are assigned by hand and nothing is committed.
        new("group.id", "jobctl"), new("enable.auto.commit", "false"), new("enable.auto.offset.store", "false"), new("auto.offset.reset", "error"),
        new("enable.partition.eof", "true"), new("fetch.wait.max.ms", "100"), new("fetch.message.max.bytes", "8388608"),
    ])).SetErrorHandler((_, error) => _complaints.Last = error).SetLogHandler(static (_, _) => { }).Build());

    /// <param name="names">The topics.</param>
    /// <param name="signer">As the silos sign; null: nothing is checked.</param>
    public KafkaDeadLetterTopic DeadLetters(TopicNames names, IKafkaMarkSigner? signer) =>
        Build(() => new KafkaDeadLetterTopic(Configure([]), names.Requests, names.DeadLetters, names.Group, error => _complaints.Last = error)
        {
            Signer = signer,
            OtherTopics = [names.FinalEvents],
        });

    /// <exception cref="KafkaFailedException">It does not answer.</exception>
    public Metadata Describe(IAdminClient admin)
    {
        try
        {
            return admin.GetMetadata(AnswerTimeout);
        }
        catch (KafkaException exception)
        {
            throw Failed(exception);
        }
    }

    /// <summary>The partition count of a topic that must be there.</summary>
    /// <exception cref="KafkaFailedException">It is not, or nothing answers.</exception>
    public int PartitionsOf(Metadata metadata, string topic) => CountPartitions(metadata, topic)
        ?? throw new KafkaFailedException($"There is no topic '{topic}' at {Bootstrap} ({Setting}): `jobctl topics create` makes it.", ExitCode.Refused);

    /// <returns>Null where there is no such topic.</returns>
    public static int? CountPartitions(Metadata metadata, string topic) =>
        metadata.Topics.Find(found => found.Topic == topic && found.Error.Code == ErrorCode.NoError)?.Partitions.Count;

    /// <exception cref="KafkaFailedException">It failed.</exception>
    public async Task<T> AskAsync<T>(Func<Task<T>> question)
    {
        var startedAt = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return await question();
            }
            catch (KafkaException exception)
                when (CoordinatorErrors.Include(exception.Error) && Stopwatch.GetElapsedTime(startedAt) < CoordinatorErrors.AnswerTimeout)
            {
                await Task.Delay(CoordinatorErrors.Pause);
            }
            catch (KafkaException exception)
            {
                throw Failed(exception);
            }
        }
    }

    public KafkaFailedException Failed(KafkaException exception)
    {
        var error = exception switch
        {
            CreateTopicsException e => e.Results.Select(result => result.Error).First(error => error.IsError),
            _ => exception.Error,
        };
        if (!error.IsLocalError && error.Code != ErrorCode.NetworkException)
            return new KafkaFailedException($"Kafka at {Bootstrap} refuses: {error.Reason}", ExitCode.Refused, exception);
        var reason = _complaints.Last ?? error;
        return reason.Code is ErrorCode.Local_Authentication or ErrorCode.Local_Ssl
            ? new KafkaFailedException($"Kafka at {Bootstrap} does not let jobctl in ({reason.Reason}): give its settings with --kafka-config, such as "
                + "sasl.username=NAME.", ExitCode.Refused, exception)
            : new KafkaFailedException(
                $"Kafka at {Bootstrap} cannot be reached ({reason.Reason}): is {Setting} the right address?", ExitCode.Unreachable, exception);
    }

    private Dictionary<string, string> Configure(ReadOnlySpan<KeyValuePair<string, string>> own)
    {
        var configuration = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["client.id"] = "jobctl",
            ["socket.connection.setup.timeout.ms"] = "3000",
            ["allow.auto.create.topics"] = "false",
        };
        foreach (var (key, value) in Settings)
            configuration[key] = value;
        foreach (var (key, value) in own)
            configuration[key] = value;
        configuration["bootstrap.servers"] = Bootstrap;
        return configuration;
    }

    private static T Build<T>(Func<T> build)
    {
        try
        {
            return build();
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            throw new UsageException($"--kafka-config: {exception.Message}");
        }
    }

    private sealed class Complaints
    {
        private volatile Error? _last;

        public Error? Last
        {
            get => _last;
            set => _last = value;
        }
    }
}

/// <summary>Kafka could not do what was wanted; the message is one sentence that says what to do.</summary>
internal sealed class KafkaFailedException(string message, int exitCode, Exception? reason = null) : Exception(message, reason)
{
    /// <summary>One of <see cref="Cli.ExitCode"/>.</summary>
    public int ExitCode { get; } = exitCode;
}
