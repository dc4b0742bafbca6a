using System.Reflection;
using System.Text.RegularExpressions;
using Confluent.Kafka;

namespace JobRequests.Streaming.Kafka;

/// <summary>What is wrong with a setting of librdkafka, found without a client: its name, its value, or the section it stands in.</summary>
internal static partial class KafkaSettingCheck
{
    // Never a setting: with it last no client is ever made, and whatever is wrong before it is reported first.
    private const string Stop = "orleans.kafka.streams.stop";

    private static readonly HashSet<string> OfProducer = NamesOf(typeof(ProducerConfig));
    private static readonly HashSet<string> OfConsumer = NamesOf(typeof(ConsumerConfig));

    /// <returns>Words that follow the setting's name, or null.</returns>
    public static string? ProblemOf(string section, string name, string value)
    {
        if (KafkaClientSettings.IsReserved(name, out var instead)) return $"cannot be set: {instead}.";
        if (section != nameof(KafkaStreamOptions.Producer) && OfProducer.Contains(name))
            return $"is a setting of the producer: put it under {nameof(KafkaStreamOptions.Producer)}.";
        if (section != nameof(KafkaStreamOptions.Consumer) && OfConsumer.Contains(name))
            return $"is a setting of the consumer: put it under {nameof(KafkaStreamOptions.Consumer)}.";
        try
        {
            KeyValuePair<string, string>[] settings = [new("group.id", "check"), new(name, value), new(Stop, "")];
            if (section == nameof(KafkaStreamOptions.Consumer)) new ConsumerBuilder<Ignore, Ignore>(settings).Build().Dispose();
            else new ProducerBuilder<Null, Null>(settings).Build().Dispose();
            return null;
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            if (exception.Message.Contains(Stop, StringComparison.Ordinal)) return null;
            return exception is InvalidOperationException
                ? "is no setting of librdkafka; its names look like security.protocol."
                : $"is refused by librdkafka: {exception.Message}.";
        }
    }

    // librdkafka's names are the properties' names, word by word.
    private static HashSet<string> NamesOf(Type config) =>
        [.. config.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Select(static property => Word().Replace(property.Name, ".$0").TrimStart('.').ToLowerInvariant())];

    [GeneratedRegex("[A-Z][a-z0-9]*")]
    private static partial Regex Word();
}
