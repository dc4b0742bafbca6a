using Confluent.Kafka;
using Confluent.Kafka.Admin;
using JobRequests.Grains.Abstractions;
using JobRequests.Records;
using JobRequests.ServiceDefaults;
using Microsoft.Extensions.Options;
using ErrorCode = Confluent.Kafka.ErrorCode;

namespace Microsoft.Extensions.Hosting;

// "Topics": { "CreateMissing": true, "Partitions": 10 }

/// <summary>Whether a silo makes the Kafka topics that are missing. Off by default: in production they are made on purpose.</summary>
internal sealed class TopicOptions
{
    public const string Section = "Topics";

    public bool CreateMissing { get; set; }

    /// <summary>Of <c>requests</c>: how many silos can share the work. It never changes afterwards.</summary>
    public int Partitions { get; set; } = TopicPlan.PartitionsPerSilo;
}

internal static class TopicCreationHosting
{
    public static IHostApplicationBuilder AddTopicCreation(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<TopicOptions>().BindConfiguration(TopicOptions.Section)
            .Validate(static options => options.Partitions is > 0 and <= 1000, "Topics:Partitions must be between 1 and 1000.")
            .ValidateOnStart();
        if (builder.Configuration.GetValue<bool>($"{TopicOptions.Section}:{nameof(TopicOptions.CreateMissing)}"))
            builder.Services.AddHostedService<TopicCreation>();
        return builder;
    }
}

/// <summary>Makes the topics of <c>Orleans:Streaming</c> that are missing, as <see cref="TopicPlan"/> has them.</summary>
internal sealed partial class TopicCreation(IConfiguration configuration, IOptions<TopicOptions> options, TimeProvider time, ILogger<TopicCreation> logger)
    : IHostedService
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

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
        var brokers = admin.GetMetadata(AnswerTimeout).Brokers.Count;
        var topics = TopicPlan.For(kafka.TopicOf(StreamNames.Requests), kafka.TopicOf(StreamNames.FinalEvents), kafka.DeadLetterTopicOf(StreamNames.Requests),
            options.Value.Partitions, brokers);
        try
        {
            await admin.CreateTopicsAsync(topics.Select(static topic => topic.ToSpecification()), new CreateTopicsOptions { RequestTimeout = AnswerTimeout })
                .WaitAsync(AnswerTimeout + AnswerTimeout, cancellationToken);
        }
        catch (CreateTopicsException exception)
            when (exception.Results.All(static topic => topic.Error.Code is ErrorCode.NoError or ErrorCode.TopicAlreadyExists))
        {
            // Made before, or by another silo at the same time.
        }
    }

    [LoggerMessage(LogLevel.Warning, "The topics could not be created yet; trying again.")]
    private static partial void NotYet(ILogger logger, Exception exception);
}
