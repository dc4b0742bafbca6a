using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Orleans.Storage;

namespace JobRequests.Grains;

/// <param name="Document">The document; a new one when none is stored.</param>
/// <param name="ETag">Null when none is stored.</param>
public sealed record StoredJob(JobDocument Document, string? ETag);

/// <summary>
/// Where one job's document lives. A write is conditional: <see cref="Orleans.Storage.InconsistentStateException"/> means that it
/// certainly did not happen because the document has changed; any other exception leaves open whether it did.
/// </summary>
public interface IJobDocumentStore
{
    Task<StoredJob> ReadAsync();

    /// <returns>The new ETag.</returns>
    Task<string> WriteAsync(JobDocument document, string? expectedETag);
}

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

/// <summary>Job documents as JSON, with generated code. Registered under the storage's name, <see cref="JobRequestOptions.StorageName"/>.</summary>
public sealed class JobDocumentSerializer : IGrainStorageSerializer
{
    public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input!, TypeInfo<T>()));

    public T Deserialize<T>(BinaryData input) =>
        JsonSerializer.Deserialize(input.ToMemory().Span, TypeInfo<T>()) ?? throw new JsonException("A stored document is 'null'.");

    private static JsonTypeInfo<T> TypeInfo<T>() =>
        (JsonTypeInfo<T>?)JobDocumentJson.Default.GetTypeInfo(typeof(T)) ?? throw new NotSupportedException($"{typeof(T)} is not a stored type of the jobs.");
}
