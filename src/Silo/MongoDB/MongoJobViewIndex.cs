using System.Globalization;
using JobRequests.Domain;
using JobRequests.Grains;
using JobRequests.Grains.Abstractions;
using MongoDB.Bson;
using MongoDB.Driver;

namespace JobRequests.Silo;

// Each order that lists are read in is one index of MongoJobViewIndexes: the fields that are equal, then what pages are ordered by. A page
// begins with a bound on createdAt, which the index takes; what shares that millisecond is filtered. A person's list is two such orders
// under one $or, which the server merges.

/// <summary>Lists of jobs over the indexes of the collection that is read.</summary>
internal sealed class MongoJobViewIndex(MongoJobViewStore store) : IJobViewIndex
{
    internal const string Metadata = "details.metadata";
    private const string StartsAt = "details.startsAt";

    internal static readonly BsonDocument NewestFirst = new() { { "createdAt", -1 }, { "_id", -1 } };

    private static readonly BsonDocument Entry = new() { { "createdAt", 1 }, { "status", 1 }, { "requester", 1 } };
    private static readonly BsonDocument EntryWithContent = new(Entry) { { "title", 1 }, { Metadata, 1 }, { StartsAt, 1 } };

    public async Task<IReadOnlyList<ViewEntry>> ScanAsync(ViewOrder order, JobPosition? after, int count, bool withContent, CancellationToken cancellationToken)
    {
        var found = await store.Live<BsonDocument>()
            .Find(Filter(order, after), new FindOptions { BatchSize = count })
            .Sort(NewestFirst)
            .Limit(count)
            .Project(withContent ? EntryWithContent : Entry)
            .ToListAsync(cancellationToken);
        return found.ConvertAll(static view =>
        {
            var details = view.TryGetValue("details", out var stored) ? stored.AsBsonDocument : [];
            return new ViewEntry(
                new JobPosition(view["createdAt"].AsBsonDateTime.MillisecondsSinceEpoch, view["_id"].AsString),
                view["status"].AsString,
                view["requester"].AsString,
                view.TryGetValue("title", out var title) && title.IsString ? title.AsString : null,
                details.TryGetValue("metadata", out var pairs) ? [.. pairs.AsBsonArray.Select(static pair => pair.AsString)] : [],
                details.TryGetValue("startsAt", out var starts) ? DateTimeOffset.Parse(starts.AsString, CultureInfo.InvariantCulture) : null);
        });
    }

    public async Task<IReadOnlyDictionary<string, long>> CountAsync(string? requester, CancellationToken cancellationToken)
    {
        var views = store.Live<BsonDocument>();
        // One count for each status: an index answers it without a look at a document.
        var counts = await Task.WhenAll(Enum.GetValues<JobStatus>().Where(status => status != JobStatus.None).Select(async status =>
        {
            var filter = new BsonDocument("status", status.ToString());
            if (requester is not null) filter.InsertAt(0, new BsonElement("requester", requester));
            return KeyValuePair.Create(status.ToString(), await views.CountDocumentsAsync(filter, cancellationToken: cancellationToken));
        }));
        return counts.ToDictionary(StringComparer.Ordinal);
    }

    public Task<JobStatistics> CountStatisticsAsync(StatisticsQuery query, int maxJobs, int maxCandidates, CancellationToken cancellationToken) =>
        new MongoStatistics(store.Live<BsonDocument>(), query, maxJobs, maxCandidates).CountAsync(cancellationToken);

    internal static BsonDocument Filter(ViewOrder order, JobPosition? after) => order switch
    {
        ViewOrder.All => Behind(after),
        ViewOrder.OfStatus(var status) => Behind(after, ("status", status)),
        ViewOrder.OfRequester(var requester) => Behind(after, ("requester", requester)),
        ViewOrder.OfRequesterAndStatus(var requester, var status) => Behind(after, ("requester", requester), ("status", status)),
        ViewOrder.OfCandidate(var candidate) => Behind(after, ("candidates.id", candidate)),
        ViewOrder.OfStanding(var candidate, Standing.Winner) => Behind(after, ("winner", candidate)),
        ViewOrder.OfStanding(var candidate, Standing.Standby) => Behind(after, ("standby", candidate)),
        ViewOrder.OfStanding(var candidate, _) => Behind(after, ("candidates", Unanswered(candidate)), ("status", nameof(JobStatus.Open))),
        ViewOrder.OfMetadata(var pair, null) => Behind(after, (Metadata, pair)),
        ViewOrder.OfMetadata(var pair, var requester) => Behind(after, ("requester", requester), (Metadata, pair)),
        ViewOrder.OfPerson(var person) =>
            new BsonDocument("$or", new BsonArray { Behind(after, ("requester", person)), Behind(after, ("candidates.id", person)) }),
        _ => throw new InvalidOperationException($"{order.GetType().Name} is not handled."),
    };

    // One index has both members of an element: "candidates.id" and "candidates.answer".
    private static BsonDocument Unanswered(string candidate) =>
        new("$elemMatch", new BsonDocument { { "id", candidate }, { "answer", BsonNull.Value } });

    private static BsonDocument Behind(JobPosition? after, params ReadOnlySpan<(string Field, BsonValue Value)> equal)
    {
        var filter = new BsonDocument();
        foreach (var (field, value) in equal) filter.Add(field, value);
        if (after is not { } position) return filter;
        var createdAt = new BsonDateTime(position.CreatedAt);
        filter.Add("createdAt", new BsonDocument("$lte", createdAt));
        filter.Add("$nor", new BsonArray { new BsonDocument { { "createdAt", createdAt }, { "_id", new BsonDocument("$gte", position.JobRequestId) } } });
        return filter;
    }
}
