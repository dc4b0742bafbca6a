using JobRequests.Grains;

namespace JobRequests.Silo;

/// <summary>The job grains, in order, whose documents have a number up to <paramref name="atMost"/> at a path.</summary>
internal delegate Task<IEnumerable<GrainId>> FindJobDocuments(
    string path, long atMost, int limit, GrainId? from, GrainId? before, CancellationToken cancellationToken);

/// <summary>The sweepers' questions, answered by the grain storage's indexes on the job documents.</summary>
internal sealed class JobDocumentIndex(FindJobDocuments find) : IJobDocumentIndex
{
    private const string OutboxSince = "$.outboxSince";
    private const string DueAt = "$.dueAt";

    /// <summary>What the grain storage indexes.</summary>
    public static readonly IReadOnlyList<string> Paths = [OutboxSince, DueAt];

    public Task<IReadOnlyList<string>> FindUnpublishedAsync(DateTimeOffset before, JobSlice slice, int limit, CancellationToken cancellationToken) =>
        FindAsync(OutboxSince, before, slice, limit, cancellationToken);

    public Task<IReadOnlyList<string>> FindDueAsync(DateTimeOffset now, JobSlice slice, int limit, CancellationToken cancellationToken) =>
        FindAsync(DueAt, now, slice, limit, cancellationToken);

    private async Task<IReadOnlyList<string>> FindAsync(string path, DateTimeOffset upTo, JobSlice slice, int limit, CancellationToken cancellationToken)
    {
        var found = await find(path, upTo.ToUnixTimeMilliseconds(), limit, JobGrainId.Bound(slice.From), JobGrainId.Bound(slice.Before), cancellationToken);
        return [.. found.Select(static grain => grain.Key.ToString()!)];
    }
}

/// <summary>The job documents of a grain storage, as the rebuild of the views reads them.</summary>
internal sealed class JobDocumentScan(Func<int, CancellationToken, IAsyncEnumerable<IEnumerable<(GrainId Grain, JobDocument? Document)>>> scan)
    : IJobDocumentScan
{
    private const int BatchSize = 200;

    public IAsyncEnumerable<IReadOnlyList<(string JobRequestId, JobDocument Document)>> ScanAsync(CancellationToken cancellationToken) =>
        scan(BatchSize, cancellationToken).Select(static batch => (IReadOnlyList<(string, JobDocument)>)[.. batch.Select(static found =>
            (found.Grain.Key.ToString()!, found.Document ?? throw new InvalidDataException($"The document of {found.Grain} is 'null'.")))]);
}
