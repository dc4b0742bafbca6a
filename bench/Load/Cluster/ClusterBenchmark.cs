using Spectre.Console;

namespace JobRequests.Bench;

/// <summary>Clusters of several sizes, one after the other in one sitting, and one table.</summary>
internal static class ClusterBenchmark
{
    private const int WarmUpStep = 1_000;

    public static async Task<int> RunAsync(ClusterBenchmarkOptions options, CancellationToken cancellationToken)
    {
        if (LocalCluster.WhatIsMissing() is { } missing)
        {
            await Console.Error.WriteLineAsync(missing);
            return 64;
        }

        try
        {
            var results = new List<ClusterResult>();
            foreach (var silos in options.Silos) await MeasureAsync(options, silos, results);
            Print(results);
            if (options.Hops) await HopMeasurement.RunAsync(options, cancellationToken);
            return results.Exists(static result => result.Phase.Unexpected > 0) ? 1 : 0;
        }
        catch (InvalidOperationException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 1;
        }
    }

    private static async Task MeasureAsync(ClusterBenchmarkOptions options, int silos, List<ClusterResult> results)
    {
        await using var cluster = await LocalCluster.StartAsync(options.Script, silos, options.Gateways);
        using var calls = new JobCalls(cluster.Gateways, Math.Max(options.Callers, 200) + 8);
        var phases = new JobPhases(calls, options.Callers);
        await WarmUpAsync(phases, options, silos);

        await AddAsync(() => phases.CreateOneAfterTheOtherAsync(Math.Min(options.Jobs, 1_000)));
        var created = new string?[options.Jobs];
        await AddAsync(() => phases.CreateAsync("create", created.Length, created));
        await AddAsync(() => phases.AcceptAsync("accept", created));
        for (var round = 1; round <= 5; round++) await AddAsync(() => phases.AcceptAtOnceAsync(200));

        async Task AddAsync(Func<Task<PhaseResult>> phase)
        {
            var before = cluster.ProcessorTimes();
            var result = await phase();
            results.Add(new ClusterResult(silos, options.Gateways, result, cluster.ProcessorTimes().ToDictionary(
                static after => after.Key, after => (after.Value - before.GetValueOrDefault(after.Key)).TotalMicroseconds / result.Count)));
        }
    }

    // In steps, so that it shows when the just-in-time compiler is done.
    private static async Task WarmUpAsync(JobPhases phases, ClusterBenchmarkOptions options, int silos)
    {
        var rates = new List<string>();
        for (var done = 0; done < options.WarmUp; done += WarmUpStep)
        {
            var created = new string?[Math.Min(WarmUpStep, options.WarmUp - done)];
            var (create, accept) = (await phases.CreateAsync("warm-up", created.Length, created), await phases.AcceptAsync("warm-up", created));
            rates.Add($"{create.PerSecond:N0}/{accept.PerSecond:N0}");
        }

        Console.WriteLine($"{silos} + {options.Gateways}, warm-up, creates/accepts a second in each {WarmUpStep:N0}: {string.Join("  ", rates)}");
    }

    private static void Print(List<ClusterResult> results)
    {
        string[] processes = [.. results.SelectMany(static result => result.Cpu.Keys).Distinct().Order(StringComparer.Ordinal)];
        var table = ResultTable.Create(
            ["silos + gateways", "phase", "calls", "callers", "answers/s", "p50 ms", "p95 ms", "p99 ms", .. processes.Select(static name => $"{name} µs"),
                "CPU µs", "unexpected"]);
        table.Columns[1].LeftAligned();
        foreach (var result in results)
        {
            var (r, cpu) = (result.Phase, result.Cpu);
            table.AddRow([
                $"{result.Silos} + {result.Gateways}", r.Name, $"{r.Count:N0}", $"{r.Width:N0}", $"{r.PerSecond:N0}", $"{r.P50:F2}", $"{r.P95:F2}",
                $"{r.P99:F2}",
                .. processes.Select(name => cpu.TryGetValue(name, out var time) ? $"{time:N0}" : ""), $"{cpu.Values.Sum():N0}", $"{r.Unexpected}"]);
        }

        AnsiConsole.Write(table);
    }

    /// <param name="Cpu">Processor time of each answer by process, microseconds, what follows an answer and falls into the phase included.</param>
    private sealed record ClusterResult(int Silos, int Gateways, PhaseResult Phase, IReadOnlyDictionary<string, double> Cpu);
}
