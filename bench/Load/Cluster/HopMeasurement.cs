using System.Collections.Concurrent;
using System.Diagnostics;
using JobRequests.Testing.Telemetry;
using Spectre.Console;

namespace JobRequests.Bench;

/// <summary>
/// Creates of which some are traced, on a cluster of its own: to trace costs time, so these calls are in no other table. Only calls that
/// come with a sampled trace are traced.
/// </summary>
internal static class HopMeasurement
{
    private static readonly string[] TwoCandidates = ["a", "b"];
    private static readonly TimeSpan WaitLimit = TimeSpan.FromSeconds(15);

    public static async Task RunAsync(ClusterBenchmarkOptions options, CancellationToken cancellationToken)
    {
        await using var collector = OtlpCollector.Start();
        await using var cluster = await LocalCluster.StartAsync(
            options.Script,
            options.Silos[0],
            options.Gateways,
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address.AbsoluteUri),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_TRACES_SAMPLER", "parentbased_always_off"),
            ("OTEL_BSP_SCHEDULE_DELAY", "500"));
        using var calls = new JobCalls(cluster.Gateways, options.Callers);
        await new JobPhases(calls, options.Callers).CreateAsync("warm-up", options.WarmUp);

        var alone = await TracedAsync(calls, collector, Math.Min(options.Jobs, 500), width: 1, traceEach: 1, cancellationToken);
        var among = await TracedAsync(calls, collector, options.Jobs, options.Callers, traceEach: Math.Clamp(options.Jobs / 300, 1, 10), cancellationToken);
        Print(alone, among, options.Callers);
    }

    private static async Task<List<HopTimes>> TracedAsync(
        JobCalls calls, OtlpCollector collector, int count, int width, int traceEach, CancellationToken cancellationToken)
    {
        var totals = new ConcurrentDictionary<string, double>();
        await Phase.RunAsync("traced", count, width, async index =>
        {
            var traceId = index % traceEach == 0 ? ActivityTraceId.CreateRandom().ToHexString() : null;
            var sent = Stopwatch.GetTimestamp();
            var job = await calls.CreateAsync(
                "requester", TwoCandidates, traceId is null ? null : $"00-{traceId}-{ActivitySpanId.CreateRandom().ToHexString()}-01");
            if (traceId is not null && job is not null) totals[traceId] = Stopwatch.GetElapsedTime(sent).TotalMilliseconds;
            return job is not null;
        });

        for (var started = Stopwatch.GetTimestamp(); ; await Task.Delay(200, cancellationToken))
        {
            var traces = collector.Spans.Where(span => totals.ContainsKey(span.TraceId)).GroupBy(static span => span.TraceId);
            List<HopTimes> times = [.. traces.Select(trace => HopTimes.Of(totals[trace.Key], [.. trace])).OfType<HopTimes>()];
            if (times.Count == totals.Count || Stopwatch.GetElapsedTime(started) > WaitLimit) return times;
        }
    }

    private static void Print(List<HopTimes> alone, List<HopTimes> among, int callers)
    {
        var table = ResultTable.Create(
            "a create's time by hop", $"1 caller, mean ms", "p50 ms", "p95 ms", $"{callers} callers, mean ms", "p50 ms", "p95 ms");
        foreach (var (name, of) in HopTimes.Hops) table.AddRow([name, .. Figures(alone, of), .. Figures(among, of)]);
        table.AddRow("traced creates", $"{alone.Count}", "", "", $"{among.Count}", "", "");
        AnsiConsole.Write(table);

        static string[] Figures(List<HopTimes> times, Func<HopTimes, double> of)
        {
            if (times.Count == 0) return ["", "", ""];
            var latencies = new Latencies();
            times.ForEach(one => latencies.Record(of(one)));
            return [$"{latencies.Mean:F2}", $"{latencies.Percentile(50):F2}", $"{latencies.Percentile(95):F2}"];
        }
    }
}
