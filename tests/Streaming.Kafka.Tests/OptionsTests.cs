using JobRequests.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Streams;

namespace JobRequests.Streaming.Kafka.Tests;

public sealed class OptionsTests
{
    private const string Section = "Orleans:Streaming:orders";

    [Theory]
    [InlineData("BootstrapServers", "", "BootstrapServers", "missing")]
    [InlineData("Topic", "", "Topic", "1 to 249")]
    [InlineData("Topic", "or/ders", "Topic", "or/ders")]
    [InlineData("ConsumerGroup", "", "ConsumerGroup", "missing")]
    [InlineData("DeadLetterTopic", "orders", "DeadLetterTopic", "another topic")]
    [InlineData("ExpectedPartitions", "0", "ExpectedPartitions", "at least 1")]
    [InlineData("MaxRecordBytes", "0", "MaxRecordBytes", "at least 1")]
    [InlineData("MaxCachedRecords", "-1", "MaxCachedRecords", "-1")]
    [InlineData("MaxCachedBytes", "0", "MaxCachedBytes", "at least 1")]
    [InlineData("MaxBatchRecords", "0", "MaxBatchRecords", "at least 1")]
    [InlineData("StartTimeout", "00:00:00", "StartTimeout", "positive")]
    [InlineData("MaxDeliveryTime", "-00:00:01", "MaxDeliveryTime", "-00:00:01")]
    [InlineData("StalledAfter", "00:00:00", "StalledAfter", "positive")]
    [InlineData("StreamInactivityPeriod", "00:00:00", "StreamInactivityPeriod", "positive")]
    [InlineData("MessageTimeout", "00:00:00", "MessageTimeout", "positive")]
    [InlineData("Client:group.id", "x", "Client:group.id", "use ConsumerGroup")]
    [InlineData("Consumer:enable.auto.offset.store", "true", "Consumer:enable.auto.offset.store", "what is finished")]
    [InlineData("Producer:acks", "1", "Producer:acks", "all replicas")]
    [InlineData("Producer:Acks", "1", "Producer:Acks", "all replicas")]
    [InlineData("Client:security.protocl", "SSL", "Client:security.protocl", "no setting of librdkafka")]
    [InlineData("Client:security.protocol", "SASLSSL", "Client:security.protocol", "SASLSSL")]
    [InlineData("Consumer:fetch.wait.max.ms", "soon", "Consumer:fetch.wait.max.ms", "refused by librdkafka")]
    [InlineData("Consumer:linger.ms", "5", "Consumer:linger.ms", "put it under Producer")]
    [InlineData("Producer:fetch.wait.max.ms", "5", "Producer:fetch.wait.max.ms", "put it under Consumer")]
    [InlineData("Client:fetch.wait.max.ms", "5", "Client:fetch.wait.max.ms", "put it under Consumer")]
    [InlineData("BootstrapServers", "broker-1:99999", "BootstrapServers", "must be host:port")]
    [InlineData("BootstrapServers", "broker-1:9092,mongodb://u:p@host/db", "BootstrapServers", "must be host:port")]
    [InlineData("BootstrapServers", " , ", "BootstrapServers", "missing")]
    public void A_wrong_setting_is_named_with_the_rule(string setting, string value, string name, string rule)
    {
        var message = Assert.Throws<OptionsValidationException>(() => Build((setting, value)).Get("orders")).Message;

        Assert.StartsWith($"{Section}:{name} ", message);
        Assert.Contains(rule, message);
    }

    [Fact]
    public void A_connection_string_that_does_not_exist_is_named()
    {
        var message = Assert.Throws<OptionsValidationException>(() => Build(("BootstrapServers", ""), ("ConnectionName", "kafka")).Get("orders")).Message;

        Assert.Contains("ConnectionStrings:kafka is not set", message);
    }

    [Fact]
    public void Settings_come_from_section_and_connection_string()
    {
        var options = Build(("BootstrapServers", ""), ("ConnectionName", "other"), ("ExpectedPartitions", "7"), ("Client:sasl.username", "ann"),
            ("Consumer:fetch.wait.max.ms", "20")).Get("orders");

        Assert.Equal(("broker-9:9092", 7, "orders.dead-letter"), (options.BootstrapServers, options.ExpectedPartitions, options.EffectiveDeadLetterTopic));
        var (producer, consumer) = (KafkaClientSettings.ForProducer(options), KafkaClientSettings.ForConsumer(options));
        Assert.Equal(("ann", "ann", "20"), (producer["sasl.username"], consumer["sasl.username"], consumer["fetch.wait.max.ms"]));
        Assert.Equal(("all", "false", "shop"), (producer["acks"], consumer["enable.auto.offset.store"], consumer["group.id"]));
        Assert.False(producer.ContainsKey("fetch.wait.max.ms"));
    }

    [Theory]
    [InlineData("BootstrapServers", "broker_1:9092, SASL_SSL://10.0.0.1:9092,broker-2,[::1]:9092")]
    [InlineData("BootstrapServers", ", broker-1:9092,,broker-2:9092,")]
    [InlineData("Client:sasl.password", "anything = at all")]
    [InlineData("Client:ssl.endpoint.identification.algorithm", "none")]
    [InlineData("Client:statistics.interval.ms", "1000")]
    [InlineData("Producer:compression.type", "lz4")]
    [InlineData("Producer:queue.buffering.max.messages", "5")]
    [InlineData("Consumer:fetch.message.max.bytes", "1000")]
    [InlineData("Consumer:queued.min.messages", "5")]
    public void Settings_of_librdkafka_are_taken_where_they_belong(string setting, string value) => Assert.NotNull(Build((setting, value)).Get("orders"));

    [Fact]
    public void Aspires_names_for_provider_and_connection_are_understood()
    {
        var options = Build(("ProviderType", "KafkaServer"), ("BootstrapServers", ""), ("ConnectionName", "kafka"), ("ServiceKey", "other")).Get("orders");

        Assert.Equal("broker-9:9092", options.BootstrapServers);
    }

    [Fact]
    public async Task Two_providers_on_one_topic_and_group_do_not_start()
    {
        var exception = await Assert.ThrowsAnyAsync<Exception>(() => StreamCluster.StartAsync(silo =>
        {
            foreach (var (name, brokers) in new[] { ("orders", "broker-1:9092,broker-2:9092"), (StreamConformance.Provider, "broker-3:9092, broker-2:9092") })
                silo.AddKafkaStreams(
                    name, options => options.Configure(kafka => (kafka.BootstrapServers, kafka.Topic, kafka.ConsumerGroup) = (brokers, "orders", "shop")));
        }));

        Assert.Contains("'orders' and 'conformance' both read topic 'orders' in group 'shop'", exception.ToString());
        Assert.Contains("Orleans:Streaming:conformance:ConsumerGroup", exception.ToString());
    }

    [Fact]
    public void The_start_up_log_tells_the_settings_but_no_credentials()
    {
        using var host = BuildHost(("Client:sasl.password", "hush"), ("Client:security.protocol", "SASL_SSL"));

        var lines = host.Services.GetServices<IOptionFormatter>()
            .Single(formatter => formatter.Name.EndsWith("KafkaStreamOptions-orders", StringComparison.Ordinal))
            .Format()
            .ToArray();

        Assert.Contains("Topic: orders", lines);
        Assert.Contains("Client: sasl.password=REDACTED, security.protocol=SASL_SSL", lines);
        Assert.DoesNotContain(lines, line => line.Contains("hush", StringComparison.Ordinal));
    }

    [Fact]
    public void The_application_can_replace_every_part_of_the_provider()
    {
        using var host = BuildHost(silo => silo.AddKafkaStreams("orders", (SiloKafkaStreamConfigurator kafka) =>
        {
            kafka.ConfigureStreamPubSub(StreamPubSubType.ExplicitGrainBasedOnly);
            kafka.ConfigurePartitionBalancing(static (_, _) => null!);
            kafka.ConfigurePullingAgent(
                agent => agent.Configure(options => (options.MaxEventDeliveryTime, options.BatchContainerBatchSize) = (TimeSpan.FromHours(1), 9)));
            kafka.ConfigureLifecycle(lifecycle => lifecycle.Configure(options => options.StartupState = StreamLifecycleOptions.RunState.AgentsStopped));
        }));

        Assert.Equal(StreamPubSubType.ExplicitGrainBasedOnly, Get<StreamPubSubOptions>().PubSubType);
        Assert.Equal(StreamLifecycleOptions.RunState.AgentsStopped, Get<StreamLifecycleOptions>().StartupState);
        Assert.Null(host.Services.GetKeyedService<IStreamQueueBalancer>("orders"));
        Assert.Equal(TimeSpan.FromHours(1), Get<StreamPullingAgentOptions>().MaxEventDeliveryTime);
        // The provider makes the batches itself.
        Assert.Equal(1, Get<StreamPullingAgentOptions>().BatchContainerBatchSize);

        T Get<T>() => host.Services.GetRequiredService<IOptionsMonitor<T>>().Get("orders");
    }

    [Fact]
    public async Task A_silo_with_a_wrong_setting_does_not_start()
    {
        var exception = await Assert.ThrowsAnyAsync<Exception>(() => StreamCluster.StartAsync(silo => silo.AddKafkaStreams(StreamConformance.Provider)));

        Assert.Contains("Orleans:Streaming:conformance:BootstrapServers", exception.ToString());
    }

    private static IOptionsMonitor<KafkaStreamOptions> Build(params (string Key, string Value)[] settings) =>
        BuildHost(settings).Services.GetRequiredService<IOptionsMonitor<KafkaStreamOptions>>();

    private static IHost BuildHost(params (string Key, string Value)[] settings) => BuildHost(static _ => { }, settings);

    private static IHost BuildHost(Action<ISiloBuilder> configure, params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(
        [
            KeyValuePair.Create("ConnectionStrings:other", (string?)"broker-9:9092"),
            KeyValuePair.Create($"{Section}:ProviderType", (string?)"Kafka"),
            KeyValuePair.Create($"{Section}:BootstrapServers", (string?)"broker-1:9092"),
            KeyValuePair.Create($"{Section}:Topic", (string?)"orders"),
            KeyValuePair.Create($"{Section}:ConsumerGroup", (string?)"shop"),
        ]);
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"{Section}:{setting.Key}", (string?)setting.Value)));
        builder.UseOrleans(silo => configure(silo.UseLocalhostClustering()));
        return builder.Build();
    }
}
