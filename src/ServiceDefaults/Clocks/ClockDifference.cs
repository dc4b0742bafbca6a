using JobRequests.Grains.Abstractions;

namespace JobRequests.ServiceDefaults;

/// <summary>How far a silo's clock is ahead of this process's.</summary>
/// <param name="Reading">What the silo said.</param>
/// <param name="Ahead">Negative where it is behind.</param>
/// <param name="Uncertainty">Half of the time that the question took: the difference may be off by this much.</param>
public sealed record ClockDifference(ClockReading Reading, TimeSpan Ahead, TimeSpan Uncertainty)
{
    /// <summary>The silo read its clock somewhere between question and answer; half-way is the best guess.</summary>
    public static ClockDifference Of(ClockReading reading, DateTimeOffset askedAt, TimeSpan took) =>
        new(reading, reading.Now - (askedAt + (took / 2)), took / 2);

    /// <summary>Whether the clocks certainly differ by more than <paramref name="tolerance"/>.</summary>
    public bool Exceeds(TimeSpan tolerance) => Ahead.Duration() - Uncertainty > tolerance;
}
