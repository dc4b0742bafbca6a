namespace JobRequests.Bench;

/// <param name="System">What was measured.</param>
/// <param name="Phase">What it was asked for.</param>
/// <param name="Cpu">Processor time of each answer by process, microseconds, what follows an answer and falls into the phase included.</param>
internal sealed record Measurement(string System, PhaseResult Phase, IReadOnlyDictionary<string, double> Cpu);

/// <summary>The phases of one system, which has just started.</summary>
/// <param name="system">Its name.</param>
/// <param name="processorTimes">Of each of its processes, since before it started; none for a system of somebody else's.</param>
internal sealed class Sitting(string system, Func<IReadOnlyDictionary<string, TimeSpan>> processorTimes)
{
    private const int Thousand = 1_000;
    private const double Warm = 0.9;

    private readonly List<Measurement> _results = [];

    public IReadOnlyList<Measurement> Results => _results;

    public async Task MeasureAsync(Func<Task<PhaseResult>> phase)
    {
        var before = processorTimes();
        var result = await phase();
        _results.Add(new Measurement(system, result, processorTimes().ToDictionary(
            static after => after.Key, after => (after.Value - before.GetValueOrDefault(after.Key)).TotalMicroseconds / result.Count)));
    }

    /// <summary>The first commands after the start, a thousand at a time, until the system is warm.</summary>
    /// <param name="phases">What is done with jobs.</param>
    /// <param name="jobs">How many are created and accepted.</param>
    /// <param name="readyAfter">Time from the start until the system was ready.</param>
    /// <returns>A sentence about how it became warm.</returns>
    public async Task<string> WarmUpAsync(JobPhases phases, int jobs, TimeSpan? readyAfter)
    {
        var start = processorTimes();
        var first = _results.Count;
        IReadOnlyDictionary<string, TimeSpan> early = start;
        for (var done = 0; done < 2 * jobs; done += Thousand)
        {
            var count = Math.Min(Thousand, 2 * jobs - done);
            await MeasureAsync(() => phases.CreateAndAcceptAsync($"commands {done + 1:N0} to {done + count:N0}", count / 2));
            if (done < 2 * Thousand) early = processorTimes();
        }

        List<PhaseResult> all = [.. _results.Skip(first).Select(static result => result.Phase)];
        var plateau = Rate(all.TakeLast(Math.Max(1, all.Count / 4)));
        List<PhaseResult> cold = [.. all.TakeWhile(phase => phase.PerSecond < Warm * plateau)];
        var ready = readyAfter is { } time ? $"ready after {time.TotalSeconds:F2} s; " : "";
        var spent = start.Count > 0 ? $"; processor time of the start {Text(start)}, with the first {Math.Min(2 * Thousand, 2 * jobs):N0} {Text(early)}" : "";
        return $"{system}: {ready}plateau {plateau:N0} commands/s; first thousand {all[0].PerSecond / plateau:F2} of it; "
            + $"{Warm:P0} of it after {cold.Sum(static phase => phase.Count):N0} commands, {cold.Sum(Duration):F1} s{spent}";
    }

    private static double Duration(PhaseResult phase) => phase.Count / phase.PerSecond;

    private static double Rate(IEnumerable<PhaseResult> phases) => phases.Sum(static phase => phase.Count) / phases.Sum(Duration);

    private static string Text(IReadOnlyDictionary<string, TimeSpan> times) =>
        $"{times.Values.Sum(static time => time.TotalSeconds):F1} s "
        + $"({string.Join(", ", times.Select(static one => $"{one.Key} {one.Value.TotalSeconds:F1}"))})";
}
