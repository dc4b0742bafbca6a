namespace JobRequests.Verification;

/// <summary>Answers against real time: I7 and I8.</summary>
internal static class OrderCheck
{
    public static void Check(JobCase job)
    {
        if (job.Evidence.Calls is not { Count: > 0 } calls) return;
        var decisions = Decisions(calls).ToList();
        CheckRealTime(job, decisions);
        CheckMinVersions(job, calls, decisions);
    }

    private static void CheckRealTime(JobCase job, List<Decision> decisions)
    {
        foreach (var (later, highest) in WithHighestBefore(decisions, decisions, static decision => decision.EarliestStart))
            if (highest.Version > later.Version)
                job.Findings.Add(Invariant.I7, $"A call that came after version {highest.Version} was answered at version {later.Version}.", later.Version,
                    later.Call.Caller, later.Call.Key, Show.Call(highest.Call), Show.Call(later.Call));
    }

    private static void CheckMinVersions(JobCase job, IReadOnlyList<RecordedCall> calls, List<Decision> decisions)
    {
        var reads = calls.Where(call => call is { IsGet: true, IsSuccess: true, MinVersion: not null, Version: not null, End: not null })
            .Select(call => new Decision(call, call.Start, call.End!.Value, call.Version!.Value))
            .ToList();
        // A version that nobody had been told yet may not have been there.
        foreach (var (read, highest) in WithHighestBefore(reads, decisions, static read => read.EarliestStart))
            if (read.Version < read.Call.MinVersion && highest.Version >= read.Call.MinVersion)
                job.Findings.Add(Invariant.I8, $"A read that asked for version {read.Call.MinVersion} was shown version {read.Version}.", read.Version,
                    read.Call.Caller, null, Show.Call(highest.Call), Show.Call(read.Call));
    }

    /// <summary>Each of <paramref name="decisions"/> with the highest version of those that were answered before it began.</summary>
    private static IEnumerable<(Decision Later, Decision Highest)> WithHighestBefore(
        List<Decision> decisions, List<Decision> answered, Func<Decision, long> start)
    {
        var byEnd = answered.OrderBy(decision => decision.EarliestEnd).ToList();
        Decision? highest = null;
        var next = 0;
        foreach (var decision in decisions.OrderBy(start))
        {
            for (; next < byEnd.Count && byEnd[next].EarliestEnd < start(decision); next++)
                if (highest is null || byEnd[next].Version > highest.Version) highest = byEnd[next];
            if (highest is not null) yield return (decision, highest);
        }
    }

    // A request is decided once, between its first attempt and its first answer; a repeat tells what was then.
    private static IEnumerable<Decision> Decisions(IReadOnlyList<RecordedCall> calls)
    {
        foreach (var request in calls.Where(call => !call.IsGet && call.Key is not null).GroupBy(call => new RequestIdentity(call.Caller, call.Op, call.Key!)))
        {
            var answers = request.Where(call => call is { IsDecided: true, End: not null, Version: not null }).ToList();
            if (answers.Count == 0) continue;
            var first = answers.MinBy(call => call.End)!;
            yield return new Decision(first, request.Min(call => call.Start), first.End!.Value, first.Version!.Value);
        }

        foreach (var read in calls.Where(call => call is { IsStrongRead: true, End: not null, Version: not null }))
            yield return new Decision(read, read.Start, read.End!.Value, read.Version!.Value);
    }

    private sealed record Decision(RecordedCall Call, long EarliestStart, long EarliestEnd, int Version);
}
