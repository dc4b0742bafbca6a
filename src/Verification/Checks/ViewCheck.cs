using JobRequests.Documents;
using JobRequests.Domain;

namespace JobRequests.Verification;

/// <summary>A view against its document: I9, and I4 for what it lacks.</summary>
internal static class ViewCheck
{
    public static void Check(JobCase job)
    {
        if (job.Evidence.View is not { } evidence) return;
        if (evidence.Unreadable is { } reason)
        {
            job.Findings.Add(Invariant.I9, $"The view cannot be read: {reason}");
            return;
        }

        if (evidence.View is { } view) CheckContent(job, view);
        if (job.HasDocuments && job.Document is { } document) CheckReach(job, document, evidence.View);
    }

    private static void CheckContent(JobCase job, StoredView view)
    {
        if (job.Read("view", Invariant.I9, () => view.State.ToDomain()) is not { } shown) return;
        if (view != StoredView.From(view.State))
            job.Findings.Add(Invariant.I9, "What is stored beside the view for queries is not what the view says.", shown.Version,
                evidence: [Show.View(view), $"beside it: version {view.Version}, {view.Status}, requester {view.Requester}"]);
        if (!job.HasDocuments || (job.Document is not null && job.State is null)) return;

        if (job.State is not { Version: > 0 } state)
        {
            job.Findings.Add(Invariant.I9, "There is a view of a job that does not exist.", shown.Version, evidence: Show.View(view));
            return;
        }

        if (shown.Version > state.Version)
            job.Findings.Add(Invariant.I9, $"The view is at version {shown.Version}, the job at {state.Version}.", shown.Version,
                evidence: [Show.View(view), Show.Document(job.Document!)]);
        else if ((shown.Version == state.Version ? job.Chain.StateAt(shown.Version) ?? state : job.Chain.StateAt(shown.Version)) is { } fold
            && StateDifference.Between(InMilliseconds(fold), InMilliseconds(shown)) is { } difference)
            job.Findings.Add(Invariant.I9, $"The view is not the fold of the events: {difference}.", shown.Version,
                evidence: [Show.State("fold", fold), Show.State("view", shown)]);
    }

    // As views are shown, and as one of the stores keeps them.
    private static JobRequest InMilliseconds(JobRequest job) => job with
    {
        CreatedAt = InMilliseconds(job.CreatedAt),
        ExpiresAt = job.ExpiresAt is { } at ? InMilliseconds(at) : null,
        ConfirmBy = job.ConfirmBy is { } by ? InMilliseconds(by) : null,
        LastEventAt = InMilliseconds(job.LastEventAt),
    };

    private static DateTimeOffset InMilliseconds(DateTimeOffset at) => DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());

    private static void CheckReach(JobCase job, JobDocument document, StoredView? view)
    {
        var reached = view?.State.Version ?? 0;
        if (reached >= document.State.Version) return;
        job.Findings.IsViewBehind = true;
        if (reached < document.Published || job.Rules.Settled)
        {
            job.Findings.Add(
                Invariant.I4, view is null
                    ? "The job has no view."
                    : $"The view is at version {reached}, the events up to {document.Published} were published.", document.State.Version,
                evidence: [Show.Document(document), .. view is null ? [] : (string[])[Show.View(view)]]);
        }
    }
}
