namespace JobRequests.Verification;

/// <summary>What is stored of a job, undecoded: UTF-8 JSON. Null where there is none.</summary>
/// <param name="Job">The job's id.</param>
/// <param name="Document">A <see cref="Documents.JobDocument"/>.</param>
/// <param name="View">The view.</param>
public readonly record struct StoredJobData(string Job, ReadOnlyMemory<byte>? Document, StoredViewData? View);

/// <summary>A view as stored, with what lies beside it for queries.</summary>
public sealed record StoredViewData(int Version, string Status, string Requester, long CreatedAt, ReadOnlyMemory<byte> State);

/// <summary>Where job documents and views are read from. Reads only; used by one caller at a time.</summary>
public interface IJobSource : IAsyncDisposable
{
    /// <summary>For messages; without credentials.</summary>
    string Name { get; }

    /// <summary>Whether views are read too.</summary>
    bool HasViews { get; }

    /// <summary>Every job that has a document or a view, in ordinal order of their ids, in batches that fit into memory.</summary>
    /// <param name="changedSince">Only documents written since then, and no views without one; null for all.</param>
    /// <param name="cancellationToken">Ends the scan.</param>
    /// <exception cref="VerificationException">The source cannot be read.</exception>
    IAsyncEnumerable<IReadOnlyList<StoredJobData>> ScanAsync(DateTimeOffset? changedSince, CancellationToken cancellationToken);

    /// <summary>One job: the view as it was before or when the document was as it is returned, never later.</summary>
    /// <exception cref="VerificationException">The source cannot be read.</exception>
    Task<StoredJobData> ReadAsync(string job, CancellationToken cancellationToken);
}
