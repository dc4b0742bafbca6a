using JobRequests.Grains.Abstractions;
using JobRequests.ServiceDefaults;
using JobRequests.Silo;

namespace Microsoft.Extensions.Hosting;

internal static class TopicCheckHosting
{
    /// <summary>Where the jobs are in MongoDB, which is also where the counts are recorded.</summary>
    public static IHostApplicationBuilder AddTopicCheck(this IHostApplicationBuilder builder)
    {
        if (builder.Configuration[$"Orleans:GrainStorage:{JobRequestOptions.StorageName}:ProviderType"] == "MongoDB")
            builder.Services.AddHostedService<TopicCheck>();
        return builder;
    }
}

/// <summary>Refuses to start on a topic whose partition count has changed since it was first used.</summary>
internal sealed class TopicCheck(IConfiguration configuration, TopicRecords records) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (KafkaSettings.Of(configuration) is not { } kafka) return;
        foreach (var stream in new[] { StreamNames.Requests, StreamNames.FinalEvents })
        {
            var topic = kafka.TopicOf(stream);
            var found = await Task.Run(() => kafka.CountPartitions(topic), cancellationToken);
            var recorded = await records.RecordAsync(topic, found, cancellationToken);
            if (recorded != found) throw new TopicPartitionsException(stream, topic, recorded, found);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
