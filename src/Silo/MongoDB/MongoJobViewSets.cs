using MongoDB.Bson;
using MongoDB.Bson.Serialization.Attributes;
using MongoDB.Driver;

namespace JobRequests.Silo;

// Collection "viewSets": the document _id "views" says which collections hold views; it only changes by a compare-and-set on its epoch.
// Documents _id "silo/<address>" say which epoch each silo has taken notice of: every write that it has under way goes by that one or a
// later one. While there is no document, the views are in the collection "views".

/// <summary>Which collections hold views.</summary>
[BsonIgnoreExtraElements]
internal sealed record JobViewSets
{
    public const string Key = "views";

    /// <summary>Before anything was ever rebuilt.</summary>
    public static readonly JobViewSets First = new() { Epoch = 0, Live = MongoJobViewStore.Collection };

    [BsonId]
    public string Id { get; init; } = Key;

    [BsonElement("epoch")]
    public required long Epoch { get; init; }

    /// <summary>The one that is read.</summary>
    [BsonElement("live")]
    public required string Live { get; init; }

    /// <summary>One more that every write goes to: a generation that is being built, or the one before, which some silo may still read.</summary>
    [BsonElement("also"), BsonIgnoreIfNull]
    public string? Also { get; init; }

    /// <summary>When the rebuild that needs <see cref="Also"/> last gave a sign of life.</summary>
    [BsonElement("seenAt"), BsonIgnoreIfNull]
    public DateTime? SeenAt { get; init; }
}

/// <summary>Reads and changes <see cref="JobViewSets"/>.</summary>
internal sealed class MongoJobViewSets(IMongoDatabase database)
{
    private const string Notice = "silo/";

    private readonly IMongoCollection<JobViewSets> _sets = database.GetCollection<JobViewSets>("viewSets");
    private readonly IMongoCollection<BsonDocument> _notices = database.GetCollection<BsonDocument>("viewSets");

    public IMongoDatabase Database => database;

    public async Task<JobViewSets> ReadAsync(CancellationToken cancellationToken) =>
        await _sets.Find(sets => sets.Id == JobViewSets.Key).FirstOrDefaultAsync(cancellationToken) ?? JobViewSets.First;

    /// <returns>Whether it was still at the epoch before.</returns>
    public async Task<bool> TryChangeAsync(JobViewSets next, CancellationToken cancellationToken)
    {
        if (next.Epoch > 1)
            return (await _sets.ReplaceOneAsync(sets => sets.Id == JobViewSets.Key
                && sets.Epoch == next.Epoch - 1, next, cancellationToken: cancellationToken)).MatchedCount == 1;
        try
        {
            await _sets.InsertOneAsync(next, cancellationToken: cancellationToken);
            return true;
        }
        catch (MongoWriteException exception) when (exception.WriteError.Category == ServerErrorCategory.DuplicateKey)
        {
            return false;
        }
    }

    /// <summary>A sign of life of the rebuild that made this epoch.</summary>
    /// <returns>Whether it is still that epoch.</returns>
    public async Task<bool> TrySignAsync(long epoch, DateTime now, CancellationToken cancellationToken) =>
        (await _sets.UpdateOneAsync(sets => sets.Id == JobViewSets.Key
            && sets.Epoch == epoch, Builders<JobViewSets>.Update.Set(sets => sets.SeenAt, now), cancellationToken: cancellationToken)).MatchedCount == 1;

    public Task TakeNoticeAsync(string silo, long epoch, CancellationToken cancellationToken) =>
        _notices.ReplaceOneAsync(new BsonDocument("_id", Notice + silo), new BsonDocument { { "_id", Notice + silo }, { "epoch", epoch } },
            new ReplaceOptions { IsUpsert = true }, cancellationToken);

    /// <summary>Those of the silos that have not taken notice of the epoch yet.</summary>
    public async Task<IReadOnlyList<string>> WhoHasNotNoticedAsync(IEnumerable<string> silos, long epoch, CancellationToken cancellationToken)
    {
        var waiting = silos.ToDictionary(silo => Notice + silo, StringComparer.Ordinal);
        var noticed = await _notices.Find(new BsonDocument
            { { "_id", new BsonDocument("$in", new BsonArray(waiting.Keys)) }, { "epoch", new BsonDocument("$gte", epoch) } }).ToListAsync(cancellationToken);
        foreach (var notice in noticed) waiting.Remove(notice["_id"].AsString);
        return [.. waiting.Values];
    }
}
