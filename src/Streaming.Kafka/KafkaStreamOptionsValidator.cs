using Microsoft.Extensions.Options;

namespace JobRequests.Streaming.Kafka;

internal sealed class KafkaStreamOptionsValidator(string name, bool isSilo) : IValidateOptions<KafkaStreamOptions>
{
    public ValidateOptionsResult Validate(string? name1, KafkaStreamOptions options)
    {
        if (name1 != name) return ValidateOptionsResult.Skip;

        var builder = new ValidateOptionsResultBuilder();
        CheckAddress();
        CheckTopics();
        AtLeastOne(options.ExpectedPartitions ?? 1, nameof(options.ExpectedPartitions));
        AtLeastOne(options.MaxRecordBytes, nameof(options.MaxRecordBytes));
        AtLeastOne(options.MaxCachedRecords, nameof(options.MaxCachedRecords));
        AtLeastOne(options.MaxCachedBytes, nameof(options.MaxCachedBytes));
        AtLeastOne(options.MaxBatchRecords, nameof(options.MaxBatchRecords));
        Positive(options.StartTimeout, nameof(options.StartTimeout));
        Positive(options.MaxDeliveryTime, nameof(options.MaxDeliveryTime));
        Positive(options.StalledAfter, nameof(options.StalledAfter));
        Positive(options.StreamInactivityPeriod, nameof(options.StreamInactivityPeriod));
        Positive(options.MessageTimeout, nameof(options.MessageTimeout));
        CheckSettings(options.Client, nameof(options.Client));
        CheckSettings(options.Producer, nameof(options.Producer));
        CheckSettings(options.Consumer, nameof(options.Consumer));
        return builder.Build();

        void Error(string property, string rule) => builder.AddError(rule, $"Orleans:Streaming:{name}:{property}");

        void CheckAddress()
        {
            // As librdkafka reads it: what stands between two commas may be nothing.
            var addresses = options.BootstrapServers?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
            if (addresses.Length > 0)
            {
                if (Array.Find(addresses, static address => !IsAddress(address)) is { } wrong)
                    Error(string.IsNullOrWhiteSpace(options.ConnectionName) ? nameof(options.BootstrapServers) : nameof(options.ConnectionName),
                        $"must be host:port, several separated by commas, but one of them is '{wrong}'.");
                return;
            }

            if (string.IsNullOrWhiteSpace(options.ConnectionName))
                Error(nameof(options.BootstrapServers), $"is missing: name the brokers, or set {nameof(options.ConnectionName)} to a connection string.");
            else
                Error(nameof(options.ConnectionName),
                    $"names the connection string '{options.ConnectionName}', but ConnectionStrings:{options.ConnectionName} is not set.");
        }

        // librdkafka takes host, host:port, and either with the protocol before it.
        static bool IsAddress(string address) =>
            Uri.TryCreate($"kafka://{address[(address.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme ? scheme + 3 : 0)..]}", UriKind.Absolute,
                out var uri)
            && uri is { Host.Length: > 0, UserInfo.Length: 0, Query.Length: 0, AbsolutePath: "" or "/" } && uri.Port != 0;

        void CheckTopics()
        {
            CheckTopic(options.Topic, nameof(options.Topic));
            if (!isSilo) return;
            CheckTopic(options.EffectiveDeadLetterTopic, nameof(options.DeadLetterTopic));
            if (options.EffectiveDeadLetterTopic == options.Topic)
                Error(nameof(options.DeadLetterTopic), $"must be another topic than {nameof(options.Topic)}, but both are '{options.Topic}'.");
            if (string.IsNullOrWhiteSpace(options.ConsumerGroup))
                Error(nameof(options.ConsumerGroup), "is missing: a silo needs the group under which it commits its offsets.");
        }

        void CheckTopic(string topic, string property)
        {
            if (topic.Length is 0 or > 249 || topic is "." or ".." || topic.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '-')))
                Error(property, $"must be 1 to 249 letters, digits, dots, underscores or hyphens, but is '{topic}'.");
        }

        void CheckSettings(Dictionary<string, string> settings, string property)
        {
            foreach (var (setting, value) in settings)
                if (KafkaSettingCheck.ProblemOf(property, setting, value) is { } problem)
                    Error($"{property}:{setting}", problem);
        }

        void AtLeastOne(long value, string property)
        {
            if (value < 1) Error(property, $"must be at least 1, but is {value}.");
        }

        void Positive(TimeSpan value, string property)
        {
            if (value <= TimeSpan.Zero) Error(property, $"must be positive, but is {value}.");
        }
    }
}
