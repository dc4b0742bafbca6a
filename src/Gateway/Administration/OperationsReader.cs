using JobRequests.ServiceDefaults;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace JobRequests.Gateway.Administration;

/// <summary>Puts together how the service is. What does not answer in time is left out, never waited for.</summary>
internal sealed partial class OperationsReader(
    IClusterOperations cluster, IClusterConnection connection, GatewayFigures figures, BacklogMonitor backlog, StorageWatch storage, ReadinessReport readiness,
    TimeProvider time, ILogger<OperationsReader> logger)
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(2);

    public async Task WriteStatusAsync(HttpContext http)
    {
        var aborted = http.RequestAborted;
        var silos = AskAsync(cluster.ReadSilosAsync, aborted);
        var others = AskAsync(cluster.ReadGatewaysAsync, aborted);
        var health = await readiness.GetAsync(aborted);
        var own = figures.Read();
        GatewayReport[] gateways = [own, .. (await others ?? []).Where(other => other.Name != own.Name)];
        var body = new OperationsStatusBody(
            time.GetUtcNow(), own.Name, Commands(gateways), Backlog(), await silos,
            [.. gateways.OrderBy(static gateway => gateway.Name, StringComparer.Ordinal)
                .Select(static gateway => new GatewayBody(gateway.Name, gateway.At, PerSecond(gateway), gateway.InFlight))],
            Dependencies(health));
        http.Response.Headers.CacheControl = "no-store";
        await http.Response.WriteAsJsonAsync(body, GatewayJson.Wire.OperationsStatusBody, contentType: null, aborted);
    }

    private static CommandFiguresBody Commands(GatewayReport[] gateways)
    {
        return new CommandFiguresBody(
            Math.Round(gateways.Sum(PerSecond), 1),
            Sum(gateways.SelectMany(static gateway => gateway.Outcomes)),
            Sum(gateways.SelectMany(static gateway => gateway.Refusals)),
            Percentiles(gateways.Select(static gateway => gateway.Latencies)),
            Percentiles(gateways.Select(static gateway => gateway.RefusalLatencies)),
            gateways.Sum(static gateway => gateway.InFlight),
            gateways.Sum(static gateway => gateway.Waiting));
    }

    private static LatencyBody Percentiles(IEnumerable<int[]> histograms)
    {
        var counts = new long[LatencyScale.Buckets];
        foreach (var histogram in histograms)
            for (var i = 0; i < Math.Min(counts.Length, histogram.Length); i++) counts[i] += histogram[i];
        return new LatencyBody(LatencyScale.Percentile(counts, 0.5), LatencyScale.Percentile(counts, 0.95), LatencyScale.Percentile(counts, 0.99));
    }

    private BacklogBody Backlog()
    {
        var partitions = backlog.Forecasts.Select(static (forecast, number) => new PartitionBody(
            number, forecast.Lag, forecast.Rate > 0 ? Math.Round(forecast.Rate, 1) : null, (long)forecast.Wait.TotalMilliseconds, forecast.IsStalled)).ToList();
        return new BacklogBody(backlog.IsReachable, partitions.Sum(static partition => partition.Lag),
            partitions.Select(static partition => partition.PredictedWaitMs).DefaultIfEmpty().Max(), partitions);
    }

    private Dictionary<string, DependencyBody> Dependencies(HealthReport health)
    {
        var dependencies = health.Entries.Where(static entry => entry.Key != "process").ToDictionary(
            static entry => entry.Key,
            static entry =>
                new DependencyBody(entry.Value.Status.ToString(), entry.Value.Description, entry.Value.Data.GetValueOrDefault(HealthData.Docs)?.ToString()));
        dependencies["storage"] = storage.IsUp
            ? new DependencyBody(nameof(HealthStatus.Healthy), null, null)
            : new DependencyBody(nameof(HealthStatus.Unhealthy), storage.Problem, ServiceDefaults.Docs.MongoDB);
        return dependencies;
    }

    private async Task<T?> AskAsync<T>(Func<Task<T>> question, CancellationToken cancellationToken)
        where T : class
    {
        if (!connection.IsUp) return null;
        try
        {
            return await question().WaitAsync(AnswerTimeout, time, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            NotAnswered(logger, exception);
            return null;
        }
    }

    private static double PerSecond(GatewayReport gateway) => Math.Round(gateway.Outcomes.Values.Sum() / Math.Max(1, gateway.Seconds), 1);

    private static Dictionary<string, long> Sum(IEnumerable<KeyValuePair<string, long>> counts) =>
        counts.GroupBy(static count => count.Key, StringComparer.Ordinal).OrderBy(static group => group.Key, StringComparer.Ordinal)
            .ToDictionary(static group => group.Key, static group => group.Sum(static count => count.Value));

    [LoggerMessage(LogLevel.Information, "A part of the service's status could not be read.")]
    private static partial void NotAnswered(ILogger logger, Exception exception);
}
