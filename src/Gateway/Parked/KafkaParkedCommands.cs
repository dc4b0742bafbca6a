using JobRequests.Grains.Abstractions;
using JobRequests.ServiceDefaults;
using JobRequests.Streaming.Kafka;

namespace JobRequests.Gateway.Parked;

/// <summary>The parked topic of the commands.</summary>
internal sealed class KafkaParkedCommands(IConfiguration configuration, IGrainFactory grains, [FromKeyedServices(StreamNames.Requests)] IKafkaMarkSigner signer) : IParkedCommands
{
    private const int MaxGroups = 500;

    // Shorter than a proxy's patience: what is not decided by then is said to be unfinished.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public async Task<ParkedBody> ReadAsync(string? job, ParkedPlace? after, int limit, CancellationToken cancellationToken)
    {
        using var topic = Open();
        var contents = await topic.ReadAsync(all: false, cancellationToken);
        var groups = ParkedGroup.Of(contents).Where(group => job is null || group.Key == job).ToList();
        var page = contents.Waiting.Where(copy => job is null || ParkedGroup.KeyOf(copy) == job)
            .Select(static copy => (Place: new ParkedPlace(copy.Record.Partition, copy.Record.Offset), Copy: copy))
            .Where(found => after is not { } last || found.Place.CompareTo(last) > 0)
            .OrderBy(static found => found.Place)
            .Take(limit + 1)
            .ToList();
        return new ParkedBody(
            groups.Sum(static group => group.Count),
            groups.Where(static group => group.IsFenced).DistinctBy(static group => group.Key).Count(),
            [.. groups.Take(MaxGroups).Select(static group => new ParkedGroupBody(group.Key, group.Reason, group.Count, group.Oldest, group.LastError, group.IsFenced))],
            [.. page.Take(limit).Select(static found => Describe(found.Place, found.Copy))],
            page.Count > limit ? page[limit - 1].Place.ToString() : null);
    }

    public async Task<ReplayParkedBody> ReplayAsync(string? job, bool dryRun, CancellationToken cancellationToken)
    {
        using var topic = Open();
        var replay = new KafkaReplay(topic) { Patience = Patience };
        await replay.RunAsync(job is null ? null : copy => ParkedGroup.KeyOf(copy) == job, again: false, dryRun, cancellationToken);
        return new ReplayParkedBody(dryRun, replay.PutBack, replay.LeftOut, Jobs(replay.Ended), Jobs(replay.FailedAgain), Jobs(replay.Unfinished));
    }

    public Task<bool> ParkOldestAsync(string stream, ParkedPlace place, string person, CancellationToken cancellationToken) =>
        grains.GetGrain<IOperationsGrain>(0).ParkOldest(stream, place.Partition, place.Offset, person).WaitAsync(Patience, cancellationToken);

    private KafkaParkedTopic Open()
    {
        var kafka = KafkaSettings.Of(configuration) ?? throw new InvalidOperationException("Orleans:Streaming names no Kafka.");
        return new KafkaParkedTopic(kafka.Client, kafka.TopicOf(StreamNames.Requests), kafka.ParkedTopicOf(StreamNames.Requests), kafka.ConsumerGroupOf(StreamNames.Requests))
        {
            Signer = signer,
            OtherTopics = kafka.ParkedTopicOf(StreamNames.FinalEvents) == kafka.ParkedTopicOf(StreamNames.Requests) ? [kafka.TopicOf(StreamNames.FinalEvents)] : [],
        };
    }

    private static ParkedCommandBody Describe(ParkedPlace place, ParkedCopy copy) => new(
        place.ToString(),
        ParkedGroup.KeyOf(copy),
        copy.Origin?.Reason ?? ParkedGroup.WithoutOrigin,
        copy.Origin?.Error,
        copy.Origin?.Attempts ?? 0,
        copy.Origin?.ParkedAt,
        copy.Origin?.Fence is { } fence ? fence.IsBeginning ? "begin" : "behind" : null,
        copy.Origin is { } origin ? new ParkedOriginBody(origin.Topic, origin.Partition, origin.Offset, origin.Timestamp) : null);

    private static string[] Jobs(IEnumerable<StreamId> streams) => [.. streams.Select(static stream => stream.GetKeyAsString())];
}
