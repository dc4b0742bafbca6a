namespace JobRequests.Persistence.MongoDB;

/// <summary>A stored grain state as it lies in the collection.</summary>
/// <param name="UpdatedAt">The writing process's clock, in milliseconds.</param>
/// <param name="Data">JSON where the serializer writes JSON objects or arrays; else the bytes that it wrote.</param>
public sealed record GrainRecord(GrainId GrainId, string ETag, DateTimeOffset UpdatedAt, BinaryData Data);

/// <summary>A grain found through a <see cref="GrainStateIndex"/>.</summary>
/// <param name="Value">The indexed value: <see cref="long"/>, <see cref="double"/>, <see cref="decimal"/>, <see cref="string"/> or <see cref="bool"/>.</param>
/// <param name="Data">Only when it was asked for.</param>
public sealed record IndexedGrain(GrainId GrainId, object Value, string ETag, BinaryData? Data);

/// <summary>Which indexed values to find. Results are ordered by value, then by grain id.</summary>
public enum IndexMatch
{
    Equal,

    /// <summary>Values of the given one's kind that are not above it: numbers for a number, strings for a string.</summary>
    AtMost,
}
