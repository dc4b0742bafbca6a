using Orleans.Storage;

namespace JobRequests.Grains;

/// <summary>One job's document in any Orleans grain storage. Read on demand: activation does no I/O.</summary>
internal sealed class GrainStorageJobDocumentStore(IGrainStorage storage, GrainId grainId) : IJobDocumentStore
{
    public async Task<StoredJob> ReadAsync()
    {
        var state = new GrainState<JobDocument>(new JobDocument());
        await storage.ReadStateAsync(JobRequestOptions.StateName, grainId, state);
        return state.RecordExists ? new StoredJob(state.State!, state.ETag) : new StoredJob(new JobDocument(), null);
    }

    public async Task<string> WriteAsync(JobDocument document, string? expectedETag)
    {
        var state = new GrainState<JobDocument>(document, expectedETag) { RecordExists = expectedETag is not null };
        await storage.WriteStateAsync(JobRequestOptions.StateName, grainId, state);
        return state.ETag ?? throw new InvalidOperationException("The grain storage gave no ETag for a write it reported as done.");
    }
}
