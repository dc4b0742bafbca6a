using System.Globalization;

namespace JobRequests.Grains;

/// <summary>
/// A share of all jobs: those whose ids, in the order of their text, lie from <paramref name="From"/> on and before
/// <paramref name="Before"/>. Ids are hashes, so equal slices hold about equally many jobs, and an index finds a slice's alone.
/// </summary>
/// <param name="From">Empty for the first slice.</param>
/// <param name="Before">Null for the last slice.</param>
public readonly record struct JobSlice(string From, string? Before)
{
    private const int Prefixes = 0x10000;

    public static JobSlice All { get; } = new("", null);

    /// <param name="index">From 0.</param>
    /// <param name="count">How many slices there are.</param>
    public static JobSlice Of(int index, int count) => new(index == 0 ? "" : Boundary(index, count), index == count - 1 ? null : Boundary(index + 1, count));

    public bool Contains(string jobRequestId) =>
        string.CompareOrdinal(jobRequestId, From) >= 0 && (Before is null || string.CompareOrdinal(jobRequestId, Before) < 0);

    // Four of an id's hexadecimal digits: fine enough for any number of silos.
    private static string Boundary(int index, int count) => ((int)((long)Prefixes * index / count)).ToString("x4", CultureInfo.InvariantCulture);
}

/// <summary>The grain ids of jobs.</summary>
public static class JobGrainId
{
    public const string TypeName = "jobrequest";

    private static readonly GrainType Type = GrainType.Create(TypeName);

    /// <param name="prefix">The beginning of job ids.</param>
    /// <returns>Null for an end that is open: Orleans knows no id without a key.</returns>
    public static GrainId? Bound(string? prefix) => string.IsNullOrEmpty(prefix) ? null : GrainId.Create(Type, prefix);
}
