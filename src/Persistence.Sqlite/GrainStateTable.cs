using System.Runtime.InteropServices;
using System.Text.Unicode;
using Microsoft.Data.Sqlite;

namespace JobRequests.Persistence.Sqlite;

/// <summary>
/// The table of all grain states.
/// Key: (service_id, state_name, grain_id), grain_id being Orleans' text form "type/key". Named storages on one file share the table.
/// Indexes: the key's, which also serves scans in key order; one partial expression index per declared <see cref="GrainStateIndex"/>,
/// on (service_id, json_extract(data, path), grain_id).
/// An ordinary table, not WITHOUT ROWID: with documents of 2 to 20 KB inside the key's tree, writes and reads took twice as long.
/// data is TEXT when it is a JSON object or array, so that SQLite's JSON functions read it, and the serializer's bytes as a BLOB otherwise.
/// JSONB was no smaller and no faster here, and would have to be turned back into text on each read.
/// </summary>
internal static class GrainStateTable
{
    public static readonly SqliteComponent Component = SqliteComponent.OfScripts("grain_state",
        """
        CREATE TABLE grain_state (
            service_id TEXT NOT NULL,
            state_name TEXT NOT NULL,
            grain_id TEXT NOT NULL,
            etag TEXT NOT NULL,
            version INTEGER NOT NULL,
            updated_at INTEGER NOT NULL, -- Unix milliseconds
            data ANY NOT NULL,
            PRIMARY KEY (service_id, state_name, grain_id)
        ) STRICT;
        """);

    private const string Key = "service_id = $1 AND state_name = $2 AND grain_id = $3";
    private const string InsertStart =
        "INSERT INTO grain_state (service_id, state_name, grain_id, etag, version, updated_at, data) VALUES ($1, $2, $3, $4, 1, $5, ";
    private const string InsertText = InsertStart + "CAST($6 AS TEXT)) ON CONFLICT DO NOTHING";
    private const string InsertBlob = InsertStart + "$6) ON CONFLICT DO NOTHING";
    private const string UpdateStart = "UPDATE grain_state SET etag = $4, version = version + 1, updated_at = $5, data = ";
    private const string UpdateText = UpdateStart + "CAST($6 AS TEXT) WHERE " + Key + " AND etag = $7";
    private const string UpdateBlob = UpdateStart + "$6 WHERE " + Key + " AND etag = $7";

    public static (string ETag, byte[] Data)? Read(SqliteSession session, RecordKey key) => session.First(
        "SELECT etag, data FROM grain_state WHERE " + Key,
        static row => ((string, byte[])?)(row.GetString(0), row.GetFieldValue<byte[]>(1)), null, key.ServiceId, key.StateName, key.GrainId);

    public static string? ReadETag(SqliteSession session, RecordKey key) => session.First(
        "SELECT etag FROM grain_state WHERE " + Key, static row => (string?)row.GetString(0), null, key.ServiceId, key.StateName, key.GrainId);

    /// <summary>Inserts a record that is not there; says whether it did.</summary>
    public static bool Insert(SqliteSession session, RecordKey key, string newETag, long now, RecordData data) => 1 == session.Execute(
        data.IsJson ? InsertText : InsertBlob, key.ServiceId, key.StateName, key.GrainId, newETag, now, data.Bytes);

    /// <summary>Replaces a record whose ETag is still the expected one; says whether it did.</summary>
    public static bool Update(SqliteSession session, RecordKey key, string newETag, long now, RecordData data, string expectedETag) => 1 == session.Execute(
        data.IsJson ? UpdateText : UpdateBlob, key.ServiceId, key.StateName, key.GrainId, newETag, now, data.Bytes, expectedETag);

    /// <summary>Deletes a record whose ETag is still the expected one; says whether it did.</summary>
    public static bool Delete(SqliteSession session, RecordKey key, string expectedETag) => 1 == session.Execute(
        "DELETE FROM grain_state WHERE " + Key + " AND etag = $4", key.ServiceId, key.StateName, key.GrainId, expectedETag);

    public static List<T> Scan<T>(SqliteSession session, RecordKey after, int limit, Func<SqliteDataReader, T> map) => session.Query(
        """
        SELECT grain_id, etag, version, updated_at, data FROM grain_state
        WHERE service_id = $1 AND state_name = $2 AND grain_id > $3 ORDER BY grain_id LIMIT $4
        """, map, after.ServiceId, after.StateName, after.GrainId, limit);

    public static string FindSql(GrainStateIndex index, IndexMatch match, bool includeData, bool isBounded)
    {
        // With one value there is one order left; naming the value again would make SQLite sort what the index holds in order.
        var (comparison, order) = match == IndexMatch.Equal ? ("=", "grain_id") : ("<=", $"{index.Expression}, grain_id");
        return $"""
            SELECT grain_id, {index.Expression}, etag{(includeData ? ", data" : "")} FROM grain_state
            WHERE service_id = $1 AND {index.Condition} AND {index.Expression} {comparison} $2 AND grain_id >= $4{(isBounded ? " AND grain_id < $5" : "")}
            ORDER BY {order} LIMIT $3
            """;
    }
}

internal readonly record struct RecordKey(string ServiceId, string StateName, string GrainId);

internal readonly struct RecordData
{
    public RecordData(BinaryData data)
    {
        var memory = data.ToMemory();
        Bytes = MemoryMarshal.TryGetArray(memory, out var segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length
            ? segment.Array
            : memory.ToArray();
        // Text with a NUL would end there for SQLite's text functions.
        IsJson = Bytes is [(byte)'{' or (byte)'[', ..] && !Bytes.AsSpan().Contains((byte)0) && Utf8.IsValid(Bytes);
    }

    public byte[] Bytes { get; }

    public bool IsJson { get; }
}
