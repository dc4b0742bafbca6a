using Spectre.Console;

namespace JobRequests.Bench;

/// <summary>One server, its phases one after the other, and the table.</summary>
internal static class Benchmark
{
    public static async Task<int> RunAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        if ((options.Standalone is null) == (options.Url is null))
        {
            await Console.Error.WriteLineAsync("Give one of --standalone, --cluster and --url.");
            return 64;
        }

        await using var server = options.Standalone is { } dll ? await StandaloneProcess.StartAsync(dll, cancellationToken) : null;
        using var calls = new JobCalls([server?.Url ?? options.Url!], Math.Max(options.Callers, 1000) + 8);
        var phases = new JobPhases(calls, options.Callers);
        var sitting = server is null
            ? new Sitting(options.Url!, static () => new Dictionary<string, TimeSpan>())
            : new Sitting("embedded", server.ProcessorTimes);
        Console.WriteLine(await sitting.WarmUpAsync(phases, options.WarmUp, server?.ReadyAfter));

        await sitting.MeasureAsync(() => phases.CreateOneAfterTheOtherAsync(1_000));
        var created = new string?[options.Jobs];
        await sitting.MeasureAsync(() => phases.CreateAsync("create", created.Length, created));
        await sitting.MeasureAsync(() => phases.AcceptAsync("accept", created));
        foreach (var contenders in new[] { 200, 1_000 })
            for (var round = 1; round <= 3; round++) await sitting.MeasureAsync(() => phases.AcceptAtOnceAsync(contenders));

        var total = options.WarmUp + 1_000 + options.Jobs;
        foreach (var count in options.Stored.Order())
        {
            if (count > total)
            {
                await phases.CreateAsync("fill", count - total);
                total = count;
                // What follows a create (its event, its view, its marker) belongs to the jobs that were filled in, not to the next phase.
                await Task.Delay(TimeSpan.FromSeconds(30), cancellationToken);
            }

            await sitting.MeasureAsync(() => phases.CreateAsync($"create, {count:N0} stored", 5_000));
            total += 5_000;
        }

        var memory = options.Idle && server is not null ? await MemoryPerIdleJobAsync(phases, server, cancellationToken) : null;
        if (server is not null) AnsiConsole.WriteLine($"{server.WorkingSet / 1024 / 1024} MiB resident at the end");
        if (memory is not null) AnsiConsole.WriteLine($"memory per job: {memory}");
        ResultTable.Print(sitting.Results);
        return sitting.Results.Any(static result => result.Phase.Unexpected > 0) ? 1 : 0;
    }

    private static async Task<string> MemoryPerIdleJobAsync(JobPhases phases, StandaloneProcess server, CancellationToken cancellationToken)
    {
        const int Jobs = 20_000;
        var before = server.WorkingSet;
        await phases.CreateAsync("idle", Jobs);
        var active = server.WorkingSet;
        // Jobs leave memory two minutes after their last command; the memory goes back to the system some time after that.
        await Task.Delay(TimeSpan.FromMinutes(4), cancellationToken);
        return $"{(active - before) / Jobs / 1024.0:F1} KiB while active, {Math.Max(0, server.WorkingSet - before) / Jobs / 1024.0:F1} KiB after it went idle";
    }
}
