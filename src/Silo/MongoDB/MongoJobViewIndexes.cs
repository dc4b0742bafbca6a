using MongoDB.Bson;
using MongoDB.Driver;

namespace JobRequests.Silo;

/// <summary>Creates the indexes of the views that are missing, before the first grain runs. Each ends with what pages are ordered by.</summary>
internal sealed class MongoJobViewIndexes(MongoJobViewSets sets) : ILifecycleParticipant<ISiloLifecycle>
{
    /// <summary>The fields that are equal in each index, before the order of pages.</summary>
    internal static readonly IReadOnlyList<string[]> Leading =
    [
        [], ["status"], ["candidates.id"], ["requester"], ["requester", "status"], [MongoJobViewIndex.Metadata], ["requester", MongoJobViewIndex.Metadata],
        ["candidates.id", "candidates.answer", "status"], ["standby"], ["winner"],
    ];

    public void Participate(ISiloLifecycle observer) => observer.Subscribe(
        nameof(MongoJobViewIndexes),
        ServiceLifecycleStage.ApplicationServices,
        async cancellationToken =>
            await CreateAsync(sets.Database.GetCollection<JobViewDocument>((await sets.ReadAsync(cancellationToken)).Live), cancellationToken));

    internal static Task CreateAsync(IMongoCollection<JobViewDocument> views, CancellationToken cancellationToken) =>
        views.Indexes.CreateManyAsync([.. Leading.Select(leading => new CreateIndexModel<JobViewDocument>(Keys(leading)))], cancellationToken);

    internal static BsonDocument Keys(IEnumerable<string> leading)
    {
        var keys = new BsonDocument(leading.Select(field => new BsonElement(field, 1)));
        return keys.AddRange(MongoJobViewIndex.NewestFirst);
    }
}
