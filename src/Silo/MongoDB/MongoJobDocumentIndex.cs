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

    public Task<IReadOnlyList<string>> FindUnpublishedAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken) =>
        FindAsync(OutboxSince, before, limit, cancellationToken);

    public Task<IReadOnlyList<string>> FindDueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        FindAsync(DueAt, now, limit, cancellationToken);

    private async Task<IReadOnlyList<string>> FindAsync(string path, DateTimeOffset upTo, int limit, CancellationToken cancellationToken)
    {
        var found = await storage.FindAsync(
            JobRequestOptions.StateName, path, IndexMatch.AtMost, upTo.ToUnixTimeMilliseconds(), limit, cancellationToken: cancellationToken);
        return [.. found.Select(grain => grain.GrainId.Key.ToString()!)];
    }
}
