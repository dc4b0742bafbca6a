using CsCheck;

namespace JobRequests.Domain.Tests;

/// <summary>How many sequences a property is tried on: 20,000, or a million where <c>JOBREQUESTS_LONG=1</c>.</summary>
internal static class Sequences
{
    public static readonly bool Long = Environment.GetEnvironmentVariable("JOBREQUESTS_LONG") == "1";

    public static readonly int Count = Long ? 1_000_000 : 20_000;

    /// <summary>Tries <paramref name="property"/>, which throws where it does not hold, on everything that can happen to a job.</summary>
    public static void Each(Action<History> property) => Plans.Any.Sample(plan => property(History.Of(plan)), iter: Count);
}
