namespace JobRequests.Bench;

/// <summary>Clusters of several sizes, one after the other in one sitting, and one table.</summary>
internal static class ClusterBenchmark
{
    public static async Task<int> RunAsync(ClusterBenchmarkOptions options, CancellationToken cancellationToken)
    {
        if (LocalCluster.WhatIsMissing() is { } missing)
        {
            await Console.Error.WriteLineAsync(missing);
            return 64;
        }

        try
        {
            var results = new List<Measurement>();
            foreach (var silos in options.Silos) results.AddRange(await MeasureAsync(options, silos));
            ResultTable.Print(results);
            if (options.Hops) await HopMeasurement.RunAsync(options, cancellationToken);
            return results.Exists(static result => result.Phase.Unexpected > 0) ? 1 : 0;
        }
        catch (InvalidOperationException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 1;
        }
    }

    private static async Task<IReadOnlyList<Measurement>> MeasureAsync(ClusterBenchmarkOptions options, int silos)
    {
        await using var cluster = await LocalCluster.StartAsync(options.Script, silos, options.Gateways);
        using var calls = new JobCalls(cluster.Gateways, Math.Max(options.Callers, 200) + 8);
        var phases = new JobPhases(calls, options.Callers);
        var sitting = new Sitting($"{silos} + {options.Gateways}", cluster.ProcessorTimes);
        Console.WriteLine(await sitting.WarmUpAsync(phases, options.WarmUp, cluster.ReadyAfter));

        await sitting.MeasureAsync(() => phases.CreateOneAfterTheOtherAsync(Math.Min(options.Jobs, 1_000)));
        var created = new string?[options.Jobs];
        await sitting.MeasureAsync(() => phases.CreateAsync("create", created.Length, created));
        await sitting.MeasureAsync(() => phases.AcceptAsync("accept", created));
        for (var round = 1; round <= 5; round++) await sitting.MeasureAsync(() => phases.AcceptAtOnceAsync(200));
        return sitting.Results;
    }
}
