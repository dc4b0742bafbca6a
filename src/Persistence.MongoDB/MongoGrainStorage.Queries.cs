using System.Runtime.CompilerServices;
using MongoDB.Bson;
using MongoDB.Driver;

namespace JobRequests.Persistence.MongoDB;

/// <summary>What the collection can answer beyond reading one record: from the primary, what a majority has.</summary>
public sealed partial class MongoGrainStorage
{
    public const int DefaultBatchSize = 500;

    /// <summary>
    /// Finds grains by an indexed value, ordered by value and grain id. A record changed after the call began may be missing or old:
    /// what is found is a hint to ask the grain, not a fact to act on.
    /// </summary>
    /// <param name="stateName">State name and <paramref name="path"/> of one of <see cref="MongoGrainStorageOptions.Indexes"/>.</param>
    /// <param name="value">A <see cref="long"/>, <see cref="int"/>, <see cref="double"/>, <see cref="decimal"/>, <see cref="string"/> or <see cref="bool"/>, as
    /// the JSON holds it.</param>
    /// <param name="from">Only grains whose ids, in the order of their text, begin here.</param>
    /// <param name="before">Only grains whose ids are before this one.</param>
    /// <exception cref="ArgumentException">No such index was declared: the query would read every record of the state.</exception>
    public async Task<List<IndexedGrain>> FindAsync(
        string stateName,
        string path,
        IndexMatch match,
        object value,
        int limit = DefaultBatchSize,
        bool includeData = false,
        GrainId? from = null,
        GrainId? before = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(value);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var index = _options.Indexes.FirstOrDefault(index => index.StateName == stateName && index.Path == path)
            ?? throw new ArgumentException($"Storage '{_name}' declares no index on '{path}' of state '{stateName}'.", nameof(path));
        if (value is not (long or int or double or decimal or string or bool))
            throw new ArgumentException($"An indexed value is a number, a string or a bool, not {value.GetType()}.", nameof(value));
        var wanted = BsonValue.Create(value);
        var filter = new BsonDocument
            { { GrainDocument.Id, _keys.Range(stateName, from, before) },
                { index.Field, match == IndexMatch.Equal ? wanted : new BsonDocument("$lte", wanted) } };
        var options = new FindOptions<GrainDocument, GrainDocument>
        {
            Sort = new BsonDocument { { index.Field, 1 }, { GrainDocument.Id, 1 } },
            Limit = limit,
            BatchSize = limit,
            Projection = includeData ? null : new BsonDocument { { GrainDocument.ETag, 1 }, { index.Field, 1 } },
        };
        var found = new List<IndexedGrain>();
        using var documents = await _reader.FindAsync(filter, options, cancellationToken);
        foreach (var document in await documents.ToListAsync(cancellationToken))
        {
            // A path through an array has no one value; such records are no answer to the question.
            if (document.ReadValue(index.Members) is { } stored)
                found.Add(new IndexedGrain(
                    GrainId.Parse(_keys.GrainIdOf(stateName, document.ReadId())), stored, document.ReadETag(), includeData ? document.ReadData() : null));
        }
        return found;
    }

    /// <summary>
    /// Reads records of a state in the order of their grain ids, from behind <paramref name="after"/>: at most <paramref name="limit"/>, and no
    /// more than one reply of the server, 16 MB, holds. An empty list means that there are no more.
    /// </summary>
    public async Task<List<GrainRecord>> ReadBatchAsync(
        string stateName, GrainId? after = null, int limit = DefaultBatchSize, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return (await _reader.ReadBatchAsync(stateName, after?.ToString(), limit, cancellationToken: cancellationToken)).ConvertAll(
            found => new GrainRecord(GrainId.Parse(found.GrainId), found.Document.ReadETag(), found.Document.ReadUpdatedAt(), found.Document.ReadData()));
    }

    /// <summary>
    /// All records of a state, batch by batch, with no cursor held open between them. Records written meanwhile are seen when their id lies ahead.
    /// </summary>
    public async IAsyncEnumerable<List<GrainRecord>> ScanAsync(
        string stateName, int batchSize = DefaultBatchSize, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        GrainId? after = null;
        while (await ReadBatchAsync(stateName, after, batchSize, cancellationToken) is { Count: > 0 } batch)
        {
            yield return batch;
            after = batch[^1].GrainId;
        }
    }

    /// <summary>How many records a state has; counts them one by one.</summary>
    public Task<long> CountAsync(string stateName, CancellationToken cancellationToken = default) => MongoTelemetry.MeasureAsync("count", _connection,
        static (count, cancellationToken) => count.Documents.CountDocumentsAsync(count.Filter, cancellationToken: cancellationToken),
        (_connection.Documents, Filter: new BsonDocument(GrainDocument.Id, _keys.Range(stateName))), cancellationToken);

    /// <summary>Turns a record's data into the state, with the storage's serializer.</summary>
    public T? Deserialize<T>(GrainRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return Deserialize<T>(record.Data);
    }

    /// <summary>Asks the primary one small question. Never throws but for <paramref name="cancellationToken"/>; the description holds no credentials.</summary>
    public async Task<MongoHealth> CheckHealthAsync(CancellationToken cancellationToken = default)
    {
        var started = _time.GetTimestamp();
        try
        {
            await MongoStart.ProbeAsync(_connection, cancellationToken);
            return new MongoHealth(true, $"MongoDB at {_connection.Servers} answers.", _time.GetElapsedTime(started));
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            return new MongoHealth(
                false, $"MongoDB at {_connection.Servers} does not answer ({exception.GetType().Name}).", _time.GetElapsedTime(started), exception);
        }
    }
}

/// <summary>What <see cref="MongoGrainStorage.CheckHealthAsync"/> found out.</summary>
/// <param name="Exception">Why not, when it is not healthy.</param>
public sealed record MongoHealth(bool IsHealthy, string Description, TimeSpan Duration, Exception? Exception = null);
