using System.Globalization;

namespace JobRequests.Simulation.Tests;

/// <summary>Runs many seeds, a simulation on each thread at a time.</summary>
internal static class Seeds
{
    /// <summary>The first run that is not good, in the order of seeds as they ended; null when all are.</summary>
    public static RunResult? FindBad(int first, int count, Func<int, Scenario> scenario, Action<RunResult>? each = null)
    {
        var next = first - 1;
        RunResult? bad = null;
        Exception? failure = null;
        var threads = Enumerable.Range(0, Math.Max(1, Environment.ProcessorCount)).Select(_ => new Thread(() =>
        {
            try
            {
                while (Volatile.Read(ref bad) is null && Interlocked.Increment(ref next) is var seed && seed < first + count)
                {
                    var result = Simulation.Run(scenario(seed));
                    each?.Invoke(result);
                    if (!result.IsGood) Interlocked.CompareExchange(ref bad, result, null);
                }
            }
            catch (Exception exception)
            {
                failure = exception;
                Volatile.Write(ref next, int.MaxValue / 2);
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return failure is null ? bad : throw new SimulationException(failure.Message, failure);
    }

    /// <summary>The same failure with fewer operations and fewer kinds of faults, where that is quickly found.</summary>
    public static RunResult Shrink(RunResult bad)
    {
        foreach (var operations in (int[])[5, 10, 15, 20, 30, 40, 60, 80, 120, 160])
        {
            if (operations >= bad.Scenario.Operations) break;
            if (Simulation.Run(bad.Scenario with { Operations = operations }) is { IsGood: false } shorter)
            {
                bad = shorter;
                break;
            }
        }

        foreach (var fault in Enum.GetValues<Fault>())
        {
            if (fault is Fault.None or Fault.All || !bad.Scenario.Faults.HasFlag(fault)) continue;
            if (Simulation.Run(bad.Scenario with { Faults = bad.Scenario.Faults & ~fault }) is { IsGood: false } fewer) bad = fewer;
        }

        return bad;
    }

    /// <summary>How the failure is seen again, and what it is.</summary>
    public static string Explain(RunResult bad)
    {
        var lines = string.Join("\n  ", bad.Findings.Take(10));
        var trace = bad.Trace.Count == 0 ? "" : "\n" + string.Join('\n', bad.Trace);
        return string.Create(CultureInfo.InvariantCulture, $"""
            Seed {bad.Scenario.Seed} breaks {bad.Findings.Count} promises. To see it again, with what happened:
              {bad.Scenario} JOBREQUESTS_SIM_TRACE=1 dotnet run --project tests/Simulation.Tests -c Release -- -method '*The_seed_that_was_asked_for*'
              {lines}{trace}
            """);
    }
}
