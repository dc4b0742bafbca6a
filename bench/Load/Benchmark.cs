using System.Net;
using Spectre.Console;

namespace JobRequests.Bench;

/// <summary>The phases, one after the other, and the table.</summary>
internal static class Benchmark
{
    private static readonly string[] TwoCandidates = ["a", "b"];

    public static async Task<int> RunAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        if ((options.Standalone is null) == (options.Url is null))
        {
            await Console.Error.WriteLineAsync("Give either --standalone or --url.");
            return 64;
        }

        await using var server = options.Standalone is { } dll ? await StandaloneProcess.StartAsync(dll, cancellationToken) : null;
        var url = server?.Url ?? options.Url!;
        using var calls = new JobCalls(url, Math.Max(options.Callers, 1000) + 8);
        var results = new List<PhaseResult>();

        await WarmUpAsync(calls, options.Callers);
        results.Add(await MeasureAsync(server, () => CreateAsync(calls, "create, one after the other", 1_000, 1, null)));
        var created = new string?[options.Jobs];
        results.Add(await MeasureAsync(server, () => CreateAsync(calls, "create", options.Jobs, options.Callers, created)));
        results.Add(await MeasureAsync(server, () => Phase.RunAsync("accept", options.Jobs, options.Callers, async index =>
            created[index] is { } job && await calls.AcceptAsync(job, "a") == HttpStatusCode.OK)));
        foreach (var contenders in new[] { 200, 1_000 }) results.AddRange(await HotJobsAsync(calls, contenders));

        var total = 1_000 + options.Jobs;
        foreach (var count in options.Stored.Order())
        {
            if (count > total)
            {
                await CreateAsync(calls, "fill", count - total, options.Callers, null);
                total = count;
                // What follows a create (its event, its view, its marker) belongs to the jobs that were filled in, not to the next phase.
                await Task.Delay(TimeSpan.FromSeconds(30), cancellationToken);
            }

            results.Add(await MeasureAsync(server, () => CreateAsync(calls, $"create, {count:N0} stored", 5_000, options.Callers, null)));
            total += 5_000;
        }

        var memory = options.Idle && server is not null ? await MemoryPerIdleJobAsync(calls, server, options.Callers, cancellationToken) : null;
        Print(server, results, memory);
        return results.Exists(result => result.Unexpected > 0) ? 1 : 0;
    }

    private static async Task WarmUpAsync(JobCalls calls, int callers)
    {
        // Enough for the just-in-time compiler to be done with the hot paths.
        var created = new string?[15_000];
        await CreateAsync(calls, "warm-up", created.Length, callers, created);
        await Phase.RunAsync("warm-up", created.Length, callers, async index => await calls.AcceptAsync(created[index]!, "a") == HttpStatusCode.OK);
    }

    private static async Task<PhaseResult> MeasureAsync(StandaloneProcess? server, Func<Task<PhaseResult>> phase)
    {
        var before = server?.ProcessorTime;
        var result = await phase();
        return result with { ServerCpu = (server?.ProcessorTime - before)?.TotalMicroseconds / result.Count };
    }

    private static Task<PhaseResult> CreateAsync(JobCalls calls, string name, int count, int width, string?[]? created) =>
        Phase.RunAsync(name, count, width, async index =>
        {
            var job = await calls.CreateAsync(TwoCandidates);
            if (created is not null) created[index] = job;
            return job is not null;
        });

    private static async Task<List<PhaseResult>> HotJobsAsync(JobCalls calls, int contenders)
    {
        var crowd = Enumerable.Range(0, contenders).Select(number => $"p{number}").ToArray();
        var results = new List<PhaseResult>();
        for (var round = 1; round <= 3; round++)
        {
            var job = await calls.CreateAsync(crowd) ?? throw new InvalidOperationException("The hot job was not created.");
            var wins = 0;
            var result = await Phase.RunAsync($"one job, {contenders:N0} at once", contenders, contenders, async index =>
            {
                var status = await calls.AcceptAsync(job, crowd[index]);
                if (status == HttpStatusCode.OK) Interlocked.Increment(ref wins);
                return status is HttpStatusCode.OK or HttpStatusCode.Conflict;
            });
            results.Add(result with { Unexpected = result.Unexpected + (wins == 1 ? 0 : 1) });
        }

        return results;
    }

    private static async Task<string> MemoryPerIdleJobAsync(JobCalls calls, StandaloneProcess server, int callers, CancellationToken cancellationToken)
    {
        const int Jobs = 20_000;
        var before = server.WorkingSet;
        await CreateAsync(calls, "idle", Jobs, callers, null);
        var active = server.WorkingSet;
        // Jobs leave memory two minutes after their last command; the memory goes back to the system some time after that.
        await Task.Delay(TimeSpan.FromMinutes(4), cancellationToken);
        return $"{(active - before) / Jobs / 1024.0:F1} KiB while active, {Math.Max(0, server.WorkingSet - before) / Jobs / 1024.0:F1} KiB after it went idle";
    }

    private static void Print(StandaloneProcess? server, List<PhaseResult> results, string? memory)
    {
        var table = new Table().AddColumns("phase", "calls", "callers", "answers/s", "p50 ms", "p95 ms", "p99 ms", "CPU µs", "unexpected");
        foreach (var column in table.Columns.Skip(1)) column.RightAligned();
        foreach (var r in results)
            table.AddRow(r.Name, $"{r.Count:N0}", $"{r.Width:N0}", $"{r.PerSecond:N0}", $"{r.P50:F2}", $"{r.P95:F2}", $"{r.P99:F2}", r.ServerCpu is { } cpu ? $"{cpu:N0}" : "", $"{r.Unexpected}");
        if (server is not null) AnsiConsole.WriteLine($"ready after {server.ReadyAfter.TotalSeconds:F2} s, {server.WorkingSet / 1024 / 1024} MiB resident at the end");
        if (memory is not null) AnsiConsole.WriteLine($"memory per job: {memory}");
        // A file or a pipe gets the whole table, not one folded to a terminal's width.
        if (Console.IsOutputRedirected) AnsiConsole.Profile.Width = 140;
        AnsiConsole.Write(table);
    }
}
