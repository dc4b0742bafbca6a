using JobRequests.Domain;

namespace JobRequests.Grains;

/// <summary>What is known to be in storage.</summary>
/// <param name="LastWrite">This activation's last write, whose time the document does not hold yet.</param>
internal sealed record CommittedJob(JobDocument Document, string? ETag, JobRequest State, OutcomeLedger Ledger, Commit? LastWrite = null)
{
    /// <summary>A job of which nothing is stored.</summary>
    public static CommittedJob None => From(new StoredJob(new JobDocument(), null));

    public static CommittedJob From(StoredJob stored)
    {
        if (stored.Document.Schema > JobDocument.CurrentSchema)
            throw new InvalidDataException(
                $"The job document has schema {stored.Document.Schema}; this version knows up to {JobDocument.CurrentSchema}. Upgrade the silo.");
        return new CommittedJob(stored.Document, stored.ETag, stored.Document.State.ToDomain(), new OutcomeLedger(stored.Document.Requests));
    }

    /// <summary>After the write of <paramref name="decision"/> succeeded. The ledger grows in place: this object is no longer used.</summary>
    public CommittedJob Advance(JobDecision decision, string etag, DateTimeOffset acknowledgedAt)
    {
        foreach (var entry in decision.NewEntries) Ledger.Add(entry);
        return new CommittedJob(decision.Document!, etag, decision.State, Ledger, new Commit(decision.NewEntries.Count, acknowledgedAt));
    }

    /// <summary>The document with the times that became known after it was written.</summary>
    public JobDocument Timed(IReadOnlyDictionary<int, DateTimeOffset>? publishedAt) => DocumentTimes.Add(Document, LastWrite, publishedAt);

    /// <summary>The job after event <paramref name="version"/>, or null where its events were compacted.</summary>
    public JobView? ViewAt(string jobRequestId, int version)
    {
        if (version == State.Version) return new JobView(jobRequestId, State);
        if (Document.Events is not [{ N: 1 }, ..]) return null;

        var view = JobView.Empty(jobRequestId);
        foreach (var stored in Document.Events)
        {
            if (stored.N > version) break;
            view = view.Apply(stored.N, stored.ToDomain())
                ?? throw new InvalidDataException($"Event {stored.N} of job {jobRequestId} does not follow the one before it.");
        }

        return view;
    }
}
