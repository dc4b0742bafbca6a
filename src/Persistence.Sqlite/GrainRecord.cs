namespace JobRequests.Persistence.Sqlite;

/// <summary>A stored grain state as it lies in the file.</summary>
/// <param name="Version">1 for the insert, one more for each update since; starts again at 1 after a clear.</param>
/// <param name="Data">The bytes that the serializer wrote.</param>
public sealed record GrainRecord(GrainId GrainId, string ETag, long Version, DateTimeOffset UpdatedAt, BinaryData Data);

/// <summary>A grain found through a <see cref="GrainStateIndex"/>.</summary>
/// <param name="Value">The indexed value: <see cref="long"/>, <see cref="double"/> or <see cref="string"/>; JSON's true and false are 1 and 0.</param>
/// <param name="Data">Only when it was asked for.</param>
public sealed record IndexedGrain(GrainId GrainId, object Value, string ETag, BinaryData? Data);

/// <summary>Which indexed values to find. Results are ordered by value, then by grain id.</summary>
public enum IndexMatch
{
    Equal,
    AtMost,
}
