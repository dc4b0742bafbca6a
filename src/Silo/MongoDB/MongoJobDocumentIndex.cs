using JobRequests.Grains;
using JobRequests.Persistence.MongoDB;

namespace JobRequests.Silo;

/// <summary>The sweepers' questions, answered by indexes on the job documents.</summary>
internal sealed class MongoJobDocumentIndex(MongoGrainStorage storage) : IJobDocumentIndex
{
    private const string OutboxSince = "$.outboxSince";
    private const string DueAt = "$.dueAt";

    public static void Declare(IList<GrainStateIndex> indexes)
    {
        indexes.Add(new GrainStateIndex(JobRequestOptions.StateName, OutboxSince));
        indexes.Add(new GrainStateIndex(JobRequestOptions.StateName, DueAt));
    }

    public Task<IReadOnlyList<string>> FindUnpublishedAsync(DateTimeOffset before, JobSlice slice, int limit, CancellationToken cancellationToken) =>
        FindAsync(OutboxSince, before, slice, limit, cancellationToken);

    public Task<IReadOnlyList<string>> FindDueAsync(DateTimeOffset now, JobSlice slice, int limit, CancellationToken cancellationToken) =>
        FindAsync(DueAt, now, slice, limit, cancellationToken);

    private async Task<IReadOnlyList<string>> FindAsync(string path, DateTimeOffset upTo, JobSlice slice, int limit, CancellationToken cancellationToken)
    {
        var found = await storage.FindAsync(
            JobRequestOptions.StateName,
            path,
            IndexMatch.AtMost,
            upTo.ToUnixTimeMilliseconds(),
            limit,
            from: JobGrainId.Bound(slice.From),
            before: JobGrainId.Bound(slice.Before),
            cancellationToken: cancellationToken);
        return [.. found.Select(grain => grain.GrainId.Key.ToString()!)];
    }
}
