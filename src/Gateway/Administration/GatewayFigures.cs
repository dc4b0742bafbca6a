using System.Globalization;

namespace JobRequests.Gateway.Administration;

/// <summary>How this gateway is.</summary>
internal sealed class GatewayFigures(CommandStatistics statistics, Admission admission, WatchLimit watching, IConfiguration configuration, TimeProvider time)
{
    /// <summary>Which gateway this is, among all that live.</summary>
    public string Name { get; } = string.Create(
        CultureInfo.InvariantCulture, $"{configuration["Orleans:Name"] ?? Environment.MachineName}-{Environment.ProcessId}");

    public GatewayReport Read()
    {
        var minute = statistics.Read();
        return new GatewayReport(
            Name, time.GetUtcNow(), minute.Seconds, admission.InFlight, watching.InFlight,
            new Dictionary<string, long>(minute.Outcomes), new Dictionary<string, long>(minute.Refusals), minute.Latencies, minute.RefusalLatencies);
    }
}
