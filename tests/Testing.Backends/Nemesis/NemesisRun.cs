using System.Diagnostics;
using System.Text.Json;
using JobRequests.Testing.Load;
using JobRequests.Verification;

namespace JobRequests.Testing.Backends.Nemesis;

/// <summary>Two silos and two gateways under load, with a fault every so often; then everything is healed, answered, and judged.</summary>
public static class NemesisRun
{
    private static readonly TimeSpan SettleLimit = TimeSpan.FromMinutes(2);

    public static async Task<NemesisReport> RunAsync(NemesisPlan plan)
    {
        var chance = new Random(plan.Seed);
        await using var toxics = Environment.GetEnvironmentVariable("TOXIPROXY") is { Length: > 0 } ? new Toxics() : null;
        await using var cluster = await LocalCluster.StartAsync(throughProxy: toxics is not null);
        using var caller = new RecordingCaller(cluster.Gateways);
        var crowd = new Crowd(plan.Seed, callers: 0);

        var faults = Choose(plan, new FaultCatalogue(cluster, toxics, chance).All, chance);
        using var enough = new CancellationTokenSource();
        var origin = RecordingCaller.Now();
        var load = new SteadyLoad(caller, crowd, plan.Rate, plan.Seed).RunAsync(enough.Token);
        var happened = await BreakAsync(plan, faults, caller, enough);
        await load;

        plan.Say($"{caller.Calls.Count} calls; asking for what was not decided");
        var (lastAnswered, during) = (RecordingCaller.Now(), caller.Calls.ToList());
        await crowd.SettleAsync(caller);
        await File.WriteAllLinesAsync(plan.HistoryFile, [
            .. caller.Calls.Select(HistoryFile.Line),
            .. happened.Where(static fault => fault.Fault.WipesCache)
                .Select(static fault => JsonSerializer.Serialize(new { fault = "cache-wiped", start = fault.Ended }))]);

        plan.Say("judging");
        var verdict = await VerifyAsync(plan, cluster);
        return new NemesisReport(
            [.. happened.Select((fault, number) => new FaultSeen(
                fault.Fault.Name, Since(origin, fault.Began), Since(fault.Began, fault.Ended),
                LongestGap(during.Where(static call => call.IsDecided), fault.Began, number
                    + 1 < happened.Count ? happened[number + 1].Began : lastAnswered)))],
            caller.Calls.Where(static call => call.Op != "get")
                .GroupBy(static call => call.Status is { } status ? $"{status} {call.Code ?? call.Outcome}" : "none")
                .ToDictionary(static group => group.Key, static group => group.Count()),
            caller.Calls.Count, crowd.Jobs.Count, LongestGap(during, origin, lastAnswered), verdict.Violations, verdict.Text, verdict.Linearizable,
            verdict.Undecided);
    }

    private static List<Fault> Choose(NemesisPlan plan, IReadOnlyList<Fault> possible, Random chance)
    {
        var chosen = plan.Faults is { } names
            ? possible.Where(fault => names.Any(name => fault.Name.Contains(name, StringComparison.OrdinalIgnoreCase))).ToArray() : [.. possible];
        if (chosen.Length == 0)
            throw new InvalidOperationException($"There are no such faults. There are: {string.Join("; ", possible.Select(static fault => fault.Name))}.");
        var slots = Math.Max(1, (int)(plan.Duration / plan.FaultEvery));
        var order = new List<Fault>();
        while (order.Count < slots)
        {
            chance.Shuffle(chosen);
            order.AddRange(chosen);
        }

        return order[..slots];
    }

    private static async Task<List<(Fault Fault, long Began, long Ended)>> BreakAsync(
        NemesisPlan plan, List<Fault> faults, RecordingCaller caller, CancellationTokenSource enough)
    {
        var happened = new List<(Fault, long, long)>();
        var started = Stopwatch.GetTimestamp();
        try
        {
            foreach (var fault in faults)
            {
                if (Stopwatch.GetElapsedTime(started) > plan.Duration) break;
                var next = Task.Delay(plan.FaultEvery);
                await Task.Delay(plan.FaultEvery / 5);
                plan.Say($"{Stopwatch.GetElapsedTime(started).TotalSeconds,4:F0} s  {fault.Name} ({caller.Calls.Count} calls so far)");
                var began = RecordingCaller.Now();
                await fault.HappenAsync();
                happened.Add((fault, began, RecordingCaller.Now()));
                await next;
            }

            // The last fault is over; the load goes on a little, as it did before.
            await Task.Delay(plan.FaultEvery / 3);
        }
        finally
        {
            await enough.CancelAsync();
        }

        return happened;
    }

    private static async Task<(
        IReadOnlyDictionary<string, long> Violations, string Text, long Linearizable, long Undecided)> VerifyAsync(NemesisPlan plan, LocalCluster cluster)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            // What is not published yet counts as lost; it may be on its way for a moment.
            var (exitCode, output, error) = await cluster.VerifyAsync(
                "--settled", "--history", plan.HistoryFile, "--wait", plan.Wait.ToString(System.Globalization.CultureInfo.InvariantCulture), "--json");
            if (exitCode is not (0 or 1)) throw new InvalidOperationException($"jobctl verify ended with {exitCode}:\n{output}\n{error}");
            var report = JsonDocument.Parse(output).RootElement;
            if (exitCode == 0 || Stopwatch.GetElapsedTime(started) > SettleLimit)
                return (
                    report.GetProperty("violations")
                        .EnumerateObject()
                        .ToDictionary(static found => found.Name, static found => found.Value.GetInt64()), exitCode == 0 ? "" : report.GetProperty("first")
                        .ToString(),
                    report.GetProperty("linearizable").GetInt64(), report.GetProperty("undecided").GetInt64());
            await Task.Delay(TimeSpan.FromSeconds(5));
        }
    }

    private static TimeSpan LongestGap(IEnumerable<RecordedCall> calls, long from, long to)
    {
        var (last, longest) = (from, 0L);
        foreach (var end in calls.Where(call => call.End > from && call.End <= to).Select(static call => call.End!.Value).Order())
        {
            longest = Math.Max(longest, end - last);
            last = end;
        }

        return Since(0, Math.Max(longest, to - last));
    }

    private static TimeSpan Since(long from, long to) => TimeSpan.FromMilliseconds((to - from) / 1e6);
}
