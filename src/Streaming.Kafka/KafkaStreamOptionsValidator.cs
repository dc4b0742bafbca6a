using Microsoft.Extensions.Options;

namespace JobRequests.Streaming.Kafka;

internal sealed class KafkaStreamOptionsValidator(string name, bool isSilo) : IValidateOptions<KafkaStreamOptions>
{
    public ValidateOptionsResult Validate(string? name1, KafkaStreamOptions options)
    {
        if (name1 != name) return ValidateOptionsResult.Skip;

        var rules = new SettingRules($"Orleans:Streaming:{name}");
        CheckAddress();
        CheckTopics();
        rules.AtLeast(options.ExpectedPartitions ?? 1, 1, nameof(options.ExpectedPartitions));
        rules.AtLeast(options.MaxRecordBytes, 1);
        rules.AtLeast(options.MaxCachedRecords, 1);
        rules.AtLeast(options.MaxCachedBytes, 1);
        rules.AtLeast(options.MaxBatchRecords, 1);
        rules.Positive(options.StartTimeout);
        rules.Positive(options.MaxDeliveryTime);
        rules.Positive(options.StalledAfter);
        rules.Positive(options.StreamInactivityPeriod);
        rules.Positive(options.MessageTimeout);
        CheckSettings(options.Client, nameof(options.Client));
        CheckSettings(options.Producer, nameof(options.Producer));
        CheckSettings(options.Consumer, nameof(options.Consumer));
        return rules.Result;

        void CheckAddress()
        {
            // As librdkafka reads it: what stands between two commas may be nothing.
            var addresses = options.BootstrapServers?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
            if (addresses.Length > 0)
            {
                if (Array.Find(addresses, static address => !IsAddress(address)) is { } wrong)
                    rules.Add(
                        string.IsNullOrWhiteSpace(options.ConnectionName) ? nameof(options.BootstrapServers) : nameof(options.ConnectionName),
                        $"must be host:port, several separated by commas, but one of them is '{wrong}'.");
                return;
            }

            if (string.IsNullOrWhiteSpace(options.ConnectionName))
                rules.Add(nameof(options.BootstrapServers), $"is missing: name the brokers, or set {nameof(options.ConnectionName)} to a connection string.");
            else
                rules.Add(
                    nameof(options.ConnectionName),
                    $"names the connection string '{options.ConnectionName}', but ConnectionStrings:{options.ConnectionName} is not set.");
        }

        // librdkafka takes host, host:port, and either with the protocol before it.
        static bool IsAddress(string address) =>
            Uri.TryCreate($"kafka://{address.Split("://", 2)[^1]}", UriKind.Absolute, out var uri)
            && uri is { Host.Length: > 0, UserInfo.Length: 0, Query.Length: 0, AbsolutePath: "" or "/" } && uri.Port != 0;

        void CheckTopics()
        {
            CheckTopic(options.Topic, nameof(options.Topic));
            if (!isSilo) return;
            CheckTopic(options.EffectiveDeadLetterTopic, nameof(options.DeadLetterTopic));
            rules.Require(
                options.EffectiveDeadLetterTopic != options.Topic,
                nameof(options.DeadLetterTopic), $"must be another topic than {nameof(options.Topic)}, but both are '{options.Topic}'.");
            rules.Require(
                !string.IsNullOrWhiteSpace(options.ConsumerGroup),
                nameof(options.ConsumerGroup), "is missing: a silo needs the group under which it commits its offsets.");
        }

        void CheckTopic(string topic, string property)
        {
            if (topic.Length is 0 or > 249 || topic is "." or ".." || topic.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '-')))
                rules.Add(property, $"must be 1 to 249 letters, digits, dots, underscores or hyphens, but is '{topic}'.");
        }

        void CheckSettings(Dictionary<string, string> settings, string property)
        {
            foreach (var (setting, value) in settings)
                if (KafkaSettingCheck.ProblemOf(property, setting, value) is { } problem)
                    rules.Add($"{property}:{setting}", problem);
        }
    }
}
