using JobRequests.Domain;

namespace JobRequests.Verification;

/// <summary>All that callers were told of a job, at once: I15.</summary>
internal static class LinearizabilityCheck
{
    public static void Check(JobCase job)
    {
        // A history that has a job's create is taken to have all calls on it. One key with two lists of candidates does not say which of them the job has.
        if (job.Evidence.Calls is not { } calls || Distinct(calls.Where(call => call.Op == Operations.Create)) is not [var create]) return;
        var steps = new List<Step>(calls.Count);
        foreach (var request in calls.Where(call => !call.IsGet && call.Key is not null).GroupBy(call => new RequestIdentity(call.Caller, call.Op, call.Key!)))
        {
            var attempts = request.Where(call => call.IsDecided || call.IsPending).ToList();
            if (attempts.Count == 0) continue;
            // Whom a job is assigned to, and who is added, decides who may go on. A question about the outcome does not say it; the attempts have to agree.
            var named = request.Key.Operation == Operations.Create ? create.Candidates : Distinct(attempts) is [var one] ? one.Candidates : null;
            if (request.Key.Operation is Operations.Assign or Operations.Amend && named is null) return;
            // A request takes effect once, and every answer to it tells of that: many attempts are one step, from the first attempt to the first answer.
            var told = attempts.Where(call => call.IsDecided).OrderBy(call => call.End).ToList();
            if (told.Find(call => !AnswerCheck.IsAlike(told[0], call)) is { } other)
            {
                job.Findings.Linearizability = Linearizability.NotLinearizable;
                job.Findings.Add(Invariant.I15, $"No job gives two answers to one request: the {request.Key}.", other.Version, other.Caller, other.Key,
                    Show.Call(told[0]), Show.Call(other));
                return;
            }

            var step = (told.Count > 0 ? told[0] : attempts[0]) with { Candidates = named, Standby = IsContentWithStandby(attempts, told.FirstOrDefault()) };
            steps.Add(new Step(step, attempts.Min(call => call.Start), told.Count > 0 ? told[0].End!.Value : long.MaxValue));
        }

        steps.AddRange(calls.Where(call => call is { IsStrong: true, IsDecided: true }).Select(read => new Step(read, read.Start, read.End!.Value)));
        if ((create.ExpiresAt ?? job.State?.ExpiresAt) is not null || calls.Any(call => call is { Op: Operations.Amend, ExpiresAt: not null }))
            Time(SequentialRules.Expire, 1);
        Time(SequentialRules.Widen, create.Waves?.Count ?? 0);
        if (create.Confirm == true)
            Time(SequentialRules.Lapse, steps.Count(step => step.Call is { Op: Operations.Accept or Operations.Assign, IsFail: false }));
        var people = create.Candidates!.Concat(calls.SelectMany(call => call.Candidates ?? []));
        Judge(job, new LinearizabilitySearch(new SequentialRules(people, create.Waves ?? [], create.Confirm == true), steps, job.Rules.MaxSearch));

        void Time(string does, int times) => steps.AddRange(Enumerable.Repeat(
            new Step(create with { Op = does, Outcome = RecordedCall.Pending }, long.MinValue, long.MaxValue), times));
    }

    // A question about the outcome does not say it. Where two payloads were sent under one key, the answer tells which of them was decided.
    private static bool IsContentWithStandby(List<RecordedCall> attempts, RecordedCall? told) =>
        attempts.Select(call => call.Standby).OfType<bool>().Distinct().ToList() switch
        {
            [] => false,
            [var only] => only,
            _ => told?.Code != Rejections.AlreadyAccepted.Code,
        };

    private static void Judge(JobCase job, LinearizabilitySearch search)
    {
        job.Findings.Linearizability = search.Run();
        if (job.Findings.Linearizability != Linearizability.NotLinearizable) return;
        var at = search.Furthest;
        job.Findings.Add(
            Invariant.I15,
            $"No order of the calls gives all their answers. The longest ends at version {at.Version}, with {at.Winner ?? "nobody"} as the winner; one of "
                + "these had to come next.",
            at.Version, evidence: search.Stuck.Select(step => Show.Call(step.Call)));
    }

    private static List<RecordedCall> Distinct(IEnumerable<RecordedCall> creates) =>
        [.. creates.Where(create => create.Candidates is not null).DistinctBy(create => string.Join('\0', create.Candidates!), StringComparer.Ordinal)];
}
