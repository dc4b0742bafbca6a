using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace JobRequests.Grains;

/// <summary>Names under which the grains report what they do.</summary>
public static class Telemetry
{
    public const string Name = "JobRequests.Grains";

    internal static readonly ActivitySource Source = new(Name);

    internal static readonly Meter Meter = new(Name);
}
