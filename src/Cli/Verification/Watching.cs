using System.Globalization;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace JobRequests.Cli.Verification;

/// <summary>Verifies again and again until it is interrupted; exports what stands where somebody collects metrics.</summary>
internal static class Watching
{
    /// <returns>The exit code, by what stood in the end.</returns>
    public static async Task<int> RunAsync(Verifier verifier, TimeSpan interval, string name, bool json, CancellationToken cancellationToken)
    {
        using var metrics = new VerificationMetrics();
        using var exporter = Exporter();
        VerificationReport? last = null;
        try
        {
            await foreach (var report in verifier.WatchAsync(interval, cancellationToken))
            {
                metrics.Record(report);
                Print(report, isFirst: last is null, name, json);
                last = report;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // How a watch ends.
        }

        return last is { IsClean: false } ? ExitCode.ViolationsFound : ExitCode.Success;
    }

    private static void Print(VerificationReport report, bool isFirst, string name, bool json)
    {
        if (json)
        {
            Terminal.JsonLine(VerificationJson.Serialize(report));
            return;
        }

        foreach (var violation in report.First) VerificationText.Print(violation);
        if (isFirst)
        {
            VerificationText.Print(report, name);
            return;
        }

        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"{Times.Text(DateTimeOffset.UtcNow)}  {report.Jobs} jobs judged, {report.ViolationCount} violations stand, {report.First.Count} are new");
        if (report.IsClean) Terminal.Line(line);
        else Terminal.Bad(line);
    }

    private static MeterProvider? Exporter() => string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT"))
        ? null
        : Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(resource => resource.AddService("jobctl-verify"))
            .AddMeter(VerificationMetrics.MeterName)
            .AddOtlpExporter()
            .Build();
}
