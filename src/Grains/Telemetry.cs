using System.Diagnostics.Metrics;

namespace JobRequests.Grains;

/// <summary>Names under which the grains report what they do.</summary>
public static class Telemetry
{
    public const string Name = "JobRequests.Grains";

    internal static readonly Meter Meter = new(Name);
}
