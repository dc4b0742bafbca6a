using Confluent.Kafka;
using Confluent.Kafka.Admin;
using JobRequests.Grains.Abstractions;
using JobRequests.ServiceDefaults;
using Microsoft.Extensions.Options;
using ErrorCode = Confluent.Kafka.ErrorCode;

namespace Microsoft.Extensions.Hosting;

// "Topics": { "CreateMissing": true, "Partitions": 12, "ReplicationFactor": 3 }

/// <summary>Whether a silo makes the Kafka topics that are missing. Off by default: in production they are made on purpose.</summary>
internal sealed class TopicOptions
{
    public const string Section = "Topics";

    public bool CreateMissing { get; set; }

    /// <summary>Of <c>requests</c>: how many silos can share the work. It never changes afterwards.</summary>
    public int Partitions { get; set; } = 12;

    /// <summary>Copies of each record; -1 is the broker's default.</summary>
    public short ReplicationFactor { get; set; } = -1;
}

internal static class TopicCreationHosting
{
    public static IHostApplicationBuilder AddTopicCreation(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<TopicOptions>().BindConfiguration(TopicOptions.Section)
            .Validate(static options => options.Partitions is > 0 and <= 1000, "Topics:Partitions must be between 1 and 1000.")
            .Validate(static options => options.ReplicationFactor is -1 or > 0, "Topics:ReplicationFactor must be -1 or at least 1.")
            .ValidateOnStart();
        if (builder.Configuration.GetValue<bool>($"{TopicOptions.Section}:{nameof(TopicOptions.CreateMissing)}")) builder.Services.AddHostedService<TopicCreation>();
        return builder;
    }
}

/// <summary>Makes the topics of <c>Orleans:Streaming</c> that are missing, each with what the product needs of it.</summary>
internal sealed partial class TopicCreation(IConfiguration configuration, IOptions<TopicOptions> options, TimeProvider time, ILogger<TopicCreation> logger) : IHostedService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // As 'jobctl topics create' makes them. The size is that of a whole batch of records; a parked copy is larger than what it copies.
    private static readonly Dictionary<string, string> Commands = new() { ["retention.ms"] = "86400000", ["retention.bytes"] = "-1", ["max.message.bytes"] = "2097152" };
    private static readonly Dictionary<string, string> Events = new() { ["retention.ms"] = "-1", ["retention.bytes"] = "-1", ["max.message.bytes"] = "2097152" };
    private static readonly Dictionary<string, string> Parked = new() { ["retention.ms"] = "-1", ["retention.bytes"] = "-1", ["max.message.bytes"] = "4194304" };

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (KafkaSettings.Of(configuration) is not { } kafka) return;
        using var admin = new AdminClientBuilder(kafka.Client).SetLogHandler(static (_, _) => { }).SetErrorHandler(static (_, _) => { }).Build();
        while (true)
        {
            try
            {
                await CreateAsync(admin, kafka, cancellationToken);
                return;
            }
            catch (Exception exception) when (exception is KafkaException or TimeoutException && !cancellationToken.IsCancellationRequested)
            {
                NotYet(logger, exception);
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task CreateAsync(IAdminClient admin, KafkaSettings kafka, CancellationToken cancellationToken)
    {
        var topics = kafka.Topics.Select(topic => new TopicSpecification
        {
            Name = topic,
            NumPartitions = options.Value.Partitions,
            ReplicationFactor = options.Value.ReplicationFactor,
            Configs = topic == TopicOf(kafka, StreamNames.Requests) ? Commands : topic == TopicOf(kafka, StreamNames.FinalEvents) ? Events : Parked,
        });
        try
        {
            await admin.CreateTopicsAsync(topics, new CreateTopicsOptions { RequestTimeout = Patience }).WaitAsync(Patience + Patience, cancellationToken);
        }
        catch (CreateTopicsException exception) when (exception.Results.All(static topic => topic.Error.Code is ErrorCode.NoError or ErrorCode.TopicAlreadyExists))
        {
            // Made before, or by another silo at the same time.
        }
    }

    private static string? TopicOf(KafkaSettings kafka, string stream) => kafka.Streams.FirstOrDefault(section => section.Key == stream)?["Topic"];

    [LoggerMessage(LogLevel.Warning, "The topics could not be created yet; trying again.")]
    private static partial void NotYet(ILogger logger, Exception exception);
}
