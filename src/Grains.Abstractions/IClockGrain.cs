using Orleans.Concurrency;

namespace JobRequests.Grains.Abstractions;

/// <summary>The clock of one silo. The key is the silo's address, <c>SiloAddress.ToParsableString()</c>; a silo that is not there is an exception.</summary>
[GrainInterfaceType("jobs.clock"), Alias("jobs.IClockGrain")]
public interface IClockGrain : IGrainWithStringKey
{
    [AlwaysInterleave, Alias("Read")]
    Task<ClockReading> Read();
}

/// <param name="Machine">The silo's machine.</param>
/// <param name="Silo">The silo's name.</param>
/// <param name="Now">What its clock says, UTC.</param>
/// <param name="Tolerance">How far clocks may differ by its settings.</param>
[GenerateSerializer, Immutable, Alias("jobs.clock-reading")]
public sealed record ClockReading(
    [property: Id(0)] string Machine, [property: Id(1)] string Silo, [property: Id(2)] DateTimeOffset Now, [property: Id(3)] TimeSpan Tolerance);
