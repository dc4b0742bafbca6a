using JobRequests.Grains.Abstractions;
using JobRequests.Verification;

namespace JobRequests.Simulation.Tests;

/// <summary>What a verification would read of a run: documents, views, both topics, what was dead-lettered, and the history.</summary>
internal static class EvidenceOf
{
    public static IEnumerable<JobEvidence> All(SimulatedCluster cluster, IReadOnlyList<RecordedCall> calls, IReadOnlyList<long> cacheWipes)
    {
        var requests = Group(cluster.Requests, record => record.Item.JobRequestId, (position, record, finished) =>
            new RequestEvidence(position, record.Item with { Position = position, WrittenAt = record.WrittenAt }, null, finished));
        var events = Group(cluster.FinalEvents, record => record.Item.JobRequestId, (position, record, _) => new EventEvidence(position, record.Item));
        var callsByJob = calls.ToLookup(call => call.Job, StringComparer.Ordinal);
        var deadLetters = cluster.Requests.DeadLetters;
        foreach (var job in cluster.Store.Jobs.Concat(callsByJob.Select(group => group.Key))
            .Concat(events.Select(group => group.Key))
            .Distinct(StringComparer.Ordinal))
        {
            yield return new JobEvidence
            {
                Job = job,
                Document = new DocumentEvidence(cluster.Store.Document(job)),
                View = new ViewEvidence(cluster.Store.View(job) is { } view ? StoredView.From(view.Job.ToStored()) : null),
                Requests = [.. requests[job]],
                Events = [.. events[job]],
                DeadLetters = [.. deadLetters.Select((origin, offset) => new DeadLetterEvidence(new LogPosition(0, offset), origin, "delivery-failed"))],
                Calls = [.. callsByJob[job]],
                CacheWipes = cacheWipes,
            };
        }
    }

    private static ILookup<string, TEvidence> Group<T, TEvidence>(
        SimulatedTopic<T> topic, Func<(string Stream, T Item, DateTimeOffset WrittenAt), string> job,
        Func<LogPosition, (string Stream, T Item, DateTimeOffset WrittenAt), bool, TEvidence> evidence) =>
        Enumerable.Range(0, topic.Partitions)
            .SelectMany(partition => topic.Records(partition)
                .Select((record, offset) =>
                    (Record: record, Position: new LogPosition(partition, offset), IsFinished: offset < (topic.Committed(partition) ?? 0))))
            .ToLookup(found => job(found.Record), found => evidence(found.Position, found.Record, found.IsFinished), StringComparer.Ordinal);
}
