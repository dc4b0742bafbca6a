using System.Globalization;
using CsCheck;

namespace JobRequests.Domain.Tests;

/// <summary>
/// How many sequences a property is tried on: 20,000, or where <c>JOBREQUESTS_LONG=1</c> a million, or as many as <c>JOBREQUESTS_SEQUENCES</c> says. What is
/// promised to users is
/// tried on all of them; <see cref="Fewer"/> are for what the reference model would find as well, so that a long run stays below 90 s.
/// </summary>
internal static class Sequences
{
    public static readonly int Count = Environment.GetEnvironmentVariable("JOBREQUESTS_SEQUENCES") is { Length: > 0 } count
        ? int.Parse(count, CultureInfo.InvariantCulture)
        : Environment.GetEnvironmentVariable("JOBREQUESTS_LONG") == "1" ? 1_000_000 : 20_000;

    public static readonly int Fewer = Count / 5;

    /// <summary>Tries <paramref name="property"/>, which throws where it does not hold, on everything that can happen to a job.</summary>
    public static void Each(Action<History> property) => Each(Count, property);

    public static void Each(int count, Action<History> property) => Plans.Any.Sample(plan => property(History.Of(plan)), iter: count);
}
