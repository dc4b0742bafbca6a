using MongoDB.Bson;
using MongoDB.Driver;

namespace JobRequests.Persistence.MongoDB;

/// <summary>The declared indexes of a storage as the server has them; its start creates them, and so may a tool, at an hour of its choice.</summary>
public static class MongoGrainStorageIndexes
{
    /// <summary>Creates those that are missing. The server builds them beside reads and writes; the task ends when they are built.</summary>
    /// <param name="serviceId">The silos' service id.</param>
    /// <exception cref="MongoCommandException">The server refused; an index of the same name but another definition is code 85 or 86.</exception>
    public static async Task CreateAsync(
        IMongoDatabase database, string collection, string serviceId, IEnumerable<GrainStateIndex> indexes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(database);
        // Asked first: without it each start would need the right to create indexes, and a lock, for nothing.
        var missing = await FindMissingAsync(database, collection, serviceId, indexes, cancellationToken);
        var keys = new GrainKeys(serviceId);
        if (missing.Count > 0)
            await database.GetCollection<BsonDocument>(collection).Indexes.CreateManyAsync(missing.Select(index => Model(index, keys)), cancellationToken);
    }

    /// <summary>Which of the indexes the collection does not have.</summary>
    public static async Task<IReadOnlyList<GrainStateIndex>> FindMissingAsync(
        IMongoDatabase database, string collection, string serviceId, IEnumerable<GrainStateIndex> indexes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(indexes);
        using var listed = await database.GetCollection<BsonDocument>(collection).Indexes.ListAsync(cancellationToken);
        var names = (await listed.ToListAsync(cancellationToken)).Select(static index => index["name"].AsString).ToHashSet(StringComparer.Ordinal);
        return [.. indexes.Distinct().Where(index => !names.Contains(index.NameFor(serviceId)))];
    }

    private static CreateIndexModel<BsonDocument> Model(GrainStateIndex index, GrainKeys keys) => new(
        new BsonDocument { { index.Field, 1 }, { GrainDocument.Id, 1 } },
        new CreateIndexOptions<BsonDocument>
        {
            Name = index.NameFor(keys.ServiceId),
            // A query may use the index when its own conditions imply these two.
            PartialFilterExpression = new BsonDocument
                { { GrainDocument.Id, keys.Range(index.StateName) }, { index.Field, new BsonDocument("$exists", true) } },
        });
}
