using Confluent.Kafka;
using JobRequests.Streaming.Kafka;
using Microsoft.Extensions.Options;

namespace JobRequests.Cli.Kafka;

/// <summary>The dead letters of a service.</summary>
internal sealed class DeadLetterTopic(KafkaServer server, KafkaDeadLetterTopic topic) : IDisposable
{
    /// <exception cref="KafkaFailedException">There is no such topic, or Kafka does not answer.</exception>
    /// <exception cref="UsageException">A secret is wrong.</exception>
    public static DeadLetterTopic Open(KafkaServer server, TopicNames names)
    {
        var signer = Signer();
        using (var admin = server.Admin())
        {
            var metadata = server.Describe(admin);
            server.PartitionsOf(metadata, names.DeadLetters);
            server.PartitionsOf(metadata, names.Requests);
        }

        return new DeadLetterTopic(server, server.DeadLetters(names, signer));
    }

    /// <param name="all">Also what was replayed long ago.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="KafkaFailedException">Kafka does not answer.</exception>
    public Task<DeadLetterContents> ReadAsync(bool all, CancellationToken cancellationToken) => server.AskAsync(() => topic.ReadAsync(all, cancellationToken));

    /// <exception cref="KafkaFailedException">There is no such record.</exception>
    public async Task<DeadLetterCopy> FindAsync(int partition, long offset, CancellationToken cancellationToken) =>
        (await ReadAsync(all: true, cancellationToken)).Copies.FirstOrDefault(copy => copy.Record.Partition == partition && copy.Record.Offset == offset)
        ?? throw new KafkaFailedException($"There is no dead letter {partition}:{offset} at {server.Bootstrap}; `jobctl dead-letters list --all` shows those "
            + "that are there.", ExitCode.Refused);

    /// <exception cref="UsageException">Silos would not believe what a replay without their secret leaves behind.</exception>
    public void RequireSigner()
    {
        if (topic.Signer is null)
            throw new UsageException("A replay signs what it leaves behind, with the silos' secret: set Records__Secrets__1 and Orleans__ServiceId as they "
                + "have it, or JOBCTL_SETTINGS to a file with both, or use POST /v1/admin/dead-letters/replay.");
    }

    public KafkaReplay Replay(Action<DeadLetterStep, DeadLetterCopy, string?> onStep, TimeSpan timeout) => new(topic, onStep) { AnswerTimeout = timeout };

    private static IKafkaMarkSigner? Signer()
    {
        try
        {
            return ServerSettings.Signer(ServerSettings.Load(settingsFile: null));
        }
        catch (OptionsValidationException exception)
        {
            throw new UsageException(string.Join("; ", exception.Failures));
        }
    }

    public void Dispose() => topic.Dispose();

    /// <summary>A copy as the other verbs know records.</summary>
    public static ConsumeResult<byte[]?, byte[]?> Record(DeadLetterCopy copy)
    {
        var headers = new Headers();
        foreach (var header in copy.Record.Headers) headers.Add(header.Name, header.Value.ToArray());
        return new ConsumeResult<byte[]?, byte[]?>
        {
            Topic = copy.Record.Topic,
            Partition = copy.Record.Partition,
            Offset = copy.Record.Offset,
            Message = new Message<byte[]?, byte[]?>
            {
                Key = copy.Record.Key?.ToArray(),
                Value = copy.Record.Value?.ToArray(),
                Headers = headers,
                Timestamp = new Timestamp(copy.Record.Timestamp),
            },
        };
    }
}
