using Confluent.Kafka;
using Microsoft.Extensions.Configuration;

namespace JobRequests.ServiceDefaults;

/// <summary>What the configuration says of Kafka, for those who ask it something on their own.</summary>
/// <param name="Client">How to reach it, with the security settings of the streams.</param>
/// <param name="Setting">Where its address comes from.</param>
/// <param name="Streams">The sections of the streams that are on it.</param>
public sealed record KafkaSettings(ClientConfig Client, string Setting, IReadOnlyList<IConfigurationSection> Streams)
{
    /// <summary>Every topic that the streams name, the dead-lettered ones too.</summary>
    public IReadOnlyCollection<string> Topics =>
        [.. Streams.SelectMany(static stream => new[] { stream["Topic"], stream["DeadLetterTopic"] })
            .Where(static topic => !string.IsNullOrEmpty(topic))
            .Distinct()
            .Select(static topic => topic!)];

    /// <summary>The topic of a stream, empty where none is named.</summary>
    public string TopicOf(string stream) => Of(stream)?["Topic"] ?? "";

    /// <summary>Where the stream's records go that cannot be delivered.</summary>
    public string DeadLetterTopicOf(string stream) =>
        Of(stream)?["DeadLetterTopic"] is { Length: > 0 } deadLetters ? deadLetters : $"{TopicOf(stream)}.dead-letter";

    /// <summary>Under which the silos commit what they have finished of a stream.</summary>
    public string ConsumerGroupOf(string stream) => Of(stream)?["ConsumerGroup"] is { Length: > 0 } group ? group : "jobrequests";

    /// <summary>How many partitions a topic has, asked of the brokers.</summary>
    /// <exception cref="KafkaException">No broker answers, or the topic is not there.</exception>
    public int CountPartitions(string topic)
    {
        using var admin = new AdminClientBuilder(Client).SetLogHandler(static (_, _) => { }).SetErrorHandler(static (_, _) => { }).Build();
        var found = admin.GetMetadata(topic, TimeSpan.FromSeconds(5)).Topics.Single();
        return found.Error.IsError ? throw new KafkaException(found.Error) : found.Partitions.Count;
    }

    /// <returns>Null where no stream is on Kafka, or none says where that is.</returns>
    public static KafkaSettings? Of(IConfiguration configuration)
    {
        var streams = configuration.GetSection("Orleans:Streaming").GetChildren().Where(static stream => stream["ProviderType"] == "Kafka").ToList();
        if (streams.Count == 0 || AddressOf(configuration, streams[0]) is not var (setting, address)) return null;
        var client = new ClientConfig(streams[0].GetSection("Client").GetChildren().ToDictionary(static entry => entry.Key, static entry => entry.Value ?? ""))
        {
            BootstrapServers = address,
            ClientId = "jobrequests-health",
            SocketTimeoutMs = 2_000,
        };
        return new KafkaSettings(client, setting, streams);
    }

    private IConfigurationSection? Of(string stream) => Streams.FirstOrDefault(section => section.Key == stream);

    private static (string Setting, string Address)? AddressOf(IConfiguration configuration, IConfigurationSection stream)
    {
        if (stream["BootstrapServers"] is { Length: > 0 } own) return ($"{stream.Path}:BootstrapServers", own);
        return stream["ConnectionName"] is { Length: > 0 } name && configuration.GetConnectionString(name) is { Length: > 0 } address
            ? ($"ConnectionStrings:{name}", address) : null;
    }
}
