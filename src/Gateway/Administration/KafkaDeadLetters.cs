using JobRequests.ServiceDefaults;
using JobRequests.Streaming.Kafka;

namespace JobRequests.Gateway.Administration;

/// <summary>The dead-letter topic of the commands.</summary>
internal sealed class KafkaDeadLetters(IConfiguration configuration, IGrainFactory grains, [FromKeyedServices(StreamNames.Requests)] IKafkaMarkSigner signer)
    : IDeadLetters
{
    private const int MaxGroups = 500;

    // Shorter than a proxy's timeout: what is not decided by then is said to be unfinished.
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(20);

    public async Task<DeadLetterBody> ReadAsync(string? job, DeadLetterPlace? after, int limit, CancellationToken cancellationToken)
    {
        using var topic = Open();
        var contents = await topic.ReadAsync(all: false, cancellationToken);
        var groups = DeadLetterGroup.Of(contents).Where(group => job is null || group.Key == job).ToList();
        var page = contents.Waiting.Where(copy => job is null || DeadLetterGroup.KeyOf(copy) == job)
            .Select(static copy => (Place: new DeadLetterPlace(copy.Record.Partition, copy.Record.Offset), Copy: copy))
            .Where(found => after is not { } last || found.Place.CompareTo(last) > 0)
            .OrderBy(static found => found.Place)
            .Take(limit + 1)
            .ToList();
        return new DeadLetterBody(
            groups.Sum(static group => group.Count),
            groups.Where(static group => group.IsBlocked).DistinctBy(static group => group.Key).Count(),
            [.. groups.Take(MaxGroups)
                .Select(static group => new DeadLetterGroupBody(group.Key, group.Reason, group.Count, group.Oldest, group.LastError, group.IsBlocked))],
            [.. page.Take(limit).Select(static found => Describe(found.Place, found.Copy))],
            page.Count > limit ? page[limit - 1].Place.ToString() : null);
    }

    public async Task<ReplayDeadLetterBody> ReplayAsync(string? job, bool dryRun, CancellationToken cancellationToken)
    {
        using var topic = Open();
        var replay = new KafkaReplay(topic) { AnswerTimeout = AnswerTimeout };
        await replay.RunAsync(job is null ? null : copy => DeadLetterGroup.KeyOf(copy) == job, again: false, dryRun, cancellationToken);
        return new ReplayDeadLetterBody(dryRun, replay.Replayed, replay.LeftOut, Jobs(replay.Ended), Jobs(replay.FailedAgain), Jobs(replay.Unfinished));
    }

    public Task<bool> DeadLetterOldestAsync(string stream, DeadLetterPlace place, string person, CancellationToken cancellationToken) =>
        grains.GetGrain<IOperationsGrain>(0).DeadLetterOldest(stream, place.Partition, place.Offset, person).WaitAsync(AnswerTimeout, cancellationToken);

    private KafkaDeadLetterTopic Open()
    {
        var kafka = KafkaSettings.Of(configuration) ?? throw new InvalidOperationException("Orleans:Streaming names no Kafka.");
        return new KafkaDeadLetterTopic(
            kafka.Client, kafka.TopicOf(StreamNames.Requests), kafka.DeadLetterTopicOf(StreamNames.Requests), kafka.ConsumerGroupOf(StreamNames.Requests))
        {
            Signer = signer,
            OtherTopics = kafka.DeadLetterTopicOf(StreamNames.FinalEvents) == kafka.DeadLetterTopicOf(StreamNames.Requests)
                ? [kafka.TopicOf(StreamNames.FinalEvents)] : [],
        };
    }

    private static DeadLetterCommandBody Describe(DeadLetterPlace place, DeadLetterCopy copy) => new(
        place.ToString(),
        DeadLetterGroup.KeyOf(copy),
        copy.Origin?.Reason ?? DeadLetterGroup.WithoutOrigin,
        copy.Origin?.Error,
        copy.Origin?.Attempts ?? 0,
        copy.Origin?.DeadLetteredAt,
        copy.Origin?.Block is { } block ? block.IsBeginning ? "begin" : "behind" : null,
        copy.Origin is { } origin ? new DeadLetterOriginBody(origin.Topic, origin.Partition, origin.Offset, origin.Timestamp) : null);

    private static string[] Jobs(IEnumerable<KafkaStreamName> streams) => [.. streams.Select(static stream => stream.Key)];
}
