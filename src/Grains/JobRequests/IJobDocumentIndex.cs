namespace JobRequests.Grains;

/// <summary>Finds jobs by what waits in their documents. What it finds is a hint to ask the grain, not a fact.</summary>
public interface IJobDocumentIndex
{
    /// <summary>Ids in <paramref name="slice"/> of jobs whose oldest unpublished event is from <paramref name="before"/> or earlier, oldest first.</summary>
    Task<IReadOnlyList<string>> FindUnpublishedAsync(DateTimeOffset before, JobSlice slice, int limit, CancellationToken cancellationToken);

    /// <summary>Ids in <paramref name="slice"/> of jobs that time changes at <paramref name="now"/> or earlier, oldest first.</summary>
    Task<IReadOnlyList<string>> FindDueAsync(DateTimeOffset now, JobSlice slice, int limit, CancellationToken cancellationToken);
}
