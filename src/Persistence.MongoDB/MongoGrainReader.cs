using MongoDB.Bson;
using MongoDB.Driver;

namespace JobRequests.Persistence.MongoDB;

/// <summary>Reads the records of one service, for its storage or beside it: from the primary, what a majority has.</summary>
public sealed class MongoGrainReader : IDisposable
{
    private readonly MongoConnection _connection;
    private readonly GrainKeys _keys;

    internal MongoGrainReader(MongoConnection connection, GrainKeys keys)
    {
        _connection = connection;
        _keys = keys;
    }

    /// <summary>The database of the collection.</summary>
    public IMongoDatabase Database => _connection.Database;

    /// <summary>The addresses for messages: nothing but hosts and ports.</summary>
    public string Servers => _connection.Servers;

    /// <summary>Connects at the first read. The storage's own options find what it has written.</summary>
    /// <exception cref="MongoConfigurationException">The connection string is none. The message may hold its password.</exception>
    public static MongoGrainReader Open(MongoGrainStorageOptions options, string serviceId)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new MongoGrainReader(new MongoConnection(options), new GrainKeys(serviceId));
    }

    /// <param name="stateName">The state's name.</param>
    /// <param name="grainId">In Orleans' text form, "type/key".</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<GrainDocument?> FindAsync(string stateName, string grainId, CancellationToken cancellationToken = default)
    {
        using var found = await FindAsync(new BsonDocument(GrainDocument.Id, _keys.Of(stateName, grainId)), null, cancellationToken);
        return await found.FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>
    /// Reads records of a state in the order of their grain ids: at most <paramref name="limit"/>, and no more than one reply of the server,
    /// 16 MB, holds. An empty list means that there are no more.
    /// </summary>
    /// <param name="stateName">The state's name.</param>
    /// <param name="after">Only records with grain ids behind this text.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="updatedSince">Only records written since then; null for all.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<List<(string GrainId, GrainDocument Document)>> ReadBatchAsync(
        string stateName, string? after, int limit, DateTimeOffset? updatedSince = null, CancellationToken cancellationToken = default)
    {
        var filter = new BsonDocument(GrainDocument.Id, _keys.Range(stateName, after));
        if (updatedSince is { } since)
            filter.Add(GrainDocument.UpdatedAt, new BsonDocument("$gte", since.UtcDateTime));
        var options = new FindOptions<GrainDocument, GrainDocument> { Sort = new BsonDocument(GrainDocument.Id, 1), Limit = limit, BatchSize = limit };
        using var found = await FindAsync(filter, options, cancellationToken);
        return await found.MoveNextAsync(cancellationToken)
            ? [.. found.Current.Select(document => (_keys.GrainIdOf(stateName, document.ReadId()), document))]
            : [];
    }

    public void Dispose() => _connection.Dispose();

    internal Task<IAsyncCursor<GrainDocument>> FindAsync(
        BsonDocument filter, FindOptions<GrainDocument, GrainDocument>? options, CancellationToken cancellationToken) =>
        MongoTelemetry.MeasureAsync("find", _connection,
            static (find, cancellationToken) =>
                find.Documents.FindAsync(find.filter, find.options, cancellationToken), (_connection.Documents, filter, options), cancellationToken);
}
