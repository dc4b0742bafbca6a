using Microsoft.Extensions.Options;

namespace JobRequests.Streaming.Kafka;

/// <summary>
/// Two providers of a silo must not read one topic in one group: everything would be delivered twice, and each would commit over the other.
/// </summary>
internal sealed class KafkaSharedTopicValidator(IEnumerable<KafkaStreamRegistration> providers, IOptionsMonitor<KafkaStreamOptions> options)
    : IConfigurationValidator
{
    public void ValidateConfiguration()
    {
        var seen = new List<(string Name, KafkaStreamOptions Options)>();
        foreach (var name in providers.Select(static provider => provider.Name).Distinct())
        {
            var current = options.Get(name);
            if (seen.Find(other => Share(other.Options, current)) is { Name: { } same })
                throw new OrleansConfigurationException(
                    $"Kafka stream providers '{same}' and '{name}' both read topic '{current.Topic}' in group '{current.ConsumerGroup}': every record would be "
                        + "delivered twice. " +
                    $"Remove one, or give it a group of its own (setting Orleans:Streaming:{name}:{nameof(current.ConsumerGroup)}).");
            seen.Add((name, current));
        }
    }

    // One broker in common is one cluster.
    private static bool Share(KafkaStreamOptions one, KafkaStreamOptions other) =>
        one.Topic == other.Topic && one.ConsumerGroup == other.ConsumerGroup && Brokers(one).Intersect(Brokers(other), StringComparer.OrdinalIgnoreCase).Any();

    private static IEnumerable<string> Brokers(KafkaStreamOptions options) =>
        options.BootstrapServers?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
}
