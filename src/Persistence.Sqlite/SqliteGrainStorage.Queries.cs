using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;

namespace JobRequests.Persistence.Sqlite;

/// <summary>What the table can answer beyond reading one record. All of it runs beside writes, on the reader threads.</summary>
public sealed partial class SqliteGrainStorage
{
    public const int DefaultBatchSize = 500;

    /// <summary>
    /// Finds grains by an indexed value, ordered by value and grain id. A record changed after the call began may be missing or old:
    /// what is found is a hint to ask the grain, not a fact to act on.
    /// </summary>
    /// <param name="stateName">State name and <paramref name="path"/> of one of <see cref="SqliteGrainStorageOptions.Indexes"/>.</param>
    /// <param name="value">A <see cref="long"/>, <see cref="int"/>, <see cref="double"/> or <see cref="string"/>, as the JSON holds it.</param>
    /// <param name="from">Only grains whose ids, in the order of their text, begin here.</param>
    /// <param name="before">Only grains whose ids are before this one.</param>
    /// <exception cref="ArgumentException">No such index was declared: the query would read the whole table.</exception>
    public Task<List<IndexedGrain>> FindAsync(
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
        var sql = GrainStateTable.FindSql(index, match, includeData, isBounded: before is not null);
        object[] arguments = before is { } end
            ? [_serviceId, value, limit, from?.ToString() ?? "", end.ToString()]
            : [_serviceId, value, limit, from?.ToString() ?? ""];
        return _database.ReadAsync(session => session.Query(sql,
            row => new IndexedGrain(GrainId.Parse(row.GetString(0)), row.GetValue(1), row.GetString(2), includeData ? Data(row, 3) : null),
            arguments), cancellationToken);
    }

    /// <summary>Reads the records of a state in the order of their grain ids, from behind <paramref name="after"/>.</summary>
    public Task<List<GrainRecord>> ReadBatchAsync(
        string stateName, GrainId? after = null, int limit = DefaultBatchSize, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var key = new RecordKey(_serviceId, stateName, after?.ToString() ?? string.Empty);
        return _database.ReadAsync(session => GrainStateTable.Scan(session, key, limit, static row => new GrainRecord(
            GrainId.Parse(row.GetString(0)), row.GetString(1), row.GetInt64(2), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3)), Data(row, 4))),
            cancellationToken);
    }

    /// <summary>
    /// All records of a state, batch by batch. Each batch is consistent in itself; records written meanwhile are seen when their id lies ahead.
    /// </summary>
    public async IAsyncEnumerable<List<GrainRecord>> ScanAsync(
        string stateName, int batchSize = DefaultBatchSize, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        GrainId? after = null;
        while (true)
        {
            var batch = await ReadBatchAsync(stateName, after, batchSize, cancellationToken);
            if (batch.Count > 0)
                yield return batch;
            if (batch.Count < batchSize)
                yield break;
            after = batch[^1].GrainId;
        }
    }

    /// <summary>How many records a state has.</summary>
    public Task<long> CountAsync(string stateName, CancellationToken cancellationToken = default) => _database.ReadAsync(session => session.First(
        "SELECT count(*) FROM grain_state WHERE service_id = $1 AND state_name = $2", static row => row.GetInt64(0), 0, _serviceId, stateName),
            cancellationToken);

    /// <summary>Turns a record's data into the state, with the storage's serializer.</summary>
    public T? Deserialize<T>(GrainRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return Deserialize<T>(record.Data);
    }

    private static BinaryData Data(SqliteDataReader row, int column) => new(row.GetFieldValue<byte[]>(column));
}
