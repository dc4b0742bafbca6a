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
