using JobRequests.Domain;

namespace JobRequests.Verification;

/// <summary>A request or a read as one step, which takes effect somewhere between its start and its end.</summary>
/// <param name="Call">The call that was answered first; without an answer, one that was not.</param>
/// <param name="Start">When it was sent first.</param>
/// <param name="End">When it was answered first; never, where no attempt was.</param>
internal sealed record Step(RecordedCall Call, long Start, long End)
{
    /// <summary>Nobody was told what became of it: it takes effect at any time after its start, or never.</summary>
    public bool IsPending => End == long.MaxValue;

    public bool ChangesNothing => Call.IsGet || Call.IsFail;

    private bool IsRefusedByWhatTheRulesDoNotKnow =>
        Call.Code == Rejections.DeadlinePassed.Code || Call.Code == Rejections.VersionMismatch.Code || Call.Code == Rejections.TooManyCandidates.Code
        || Call.Code == Rejections.EndsBeforeStart.Code || Call.Code == Rejections.StandbyFull.Code
        || Call.Op is Operations.Finish or Operations.FinishTask;

    /// <summary>For a step that changes nothing: whether the job could have given this answer.</summary>
    public bool Fits(SequentialJob job, SequentialRules rules)
    {
        if (!Call.IsGet) return HasVersion(job.Version) && (IsRefusedByWhatTheRulesDoNotKnow || rules.Execute(job, Call) is null);
        var isAdmin = Call.Admin == true;
        if (rules.IsVisible(job, Call.Caller, isAdmin) != Call.IsSuccess) return false;
        var shown = isAdmin || job.Requester == Call.Caller || job.Winner == Call.Caller ? job.Winner : null;
        return HasVersion(job.Version) && (Call.Winner is null || Call.Winner == (shown ?? ""));
    }

    /// <summary>For a step that changes the job: the job after it; null where it could not have succeeded with this answer.</summary>
    public SequentialJob? Take(SequentialJob job, SequentialRules rules) =>
        rules.Execute(job, Call) is { } next && (IsPending || (HasVersion(next.Version) && Call.Rank == RankIn(next, rules))) ? next : null;

    private int? RankIn(SequentialJob job, SequentialRules rules) => Call.Op == Operations.Accept ? rules.RankOf(job, Call.Caller) : null;

    private bool HasVersion(int version) => Call.Version is null || Call.Version == version;
}
