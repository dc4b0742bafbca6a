using System.Collections.Concurrent;
using Orleans.Storage;

namespace JobRequests.Grains.Tests.Cluster;

/// <summary>Grain storage and document index of a cluster, in this process. A test may hold or break the way to single jobs.</summary>
internal sealed class SharedStorage(bool comparesAndSets = true) : IGrainStorage, IJobDocumentIndex
{
    private readonly ConcurrentDictionary<string, StoredDocument> _documents = new();
    private int _conflicts;
    private int _reads;

    /// <summary>Runs before a read of the job reaches the storage.</summary>
    public Func<string, Task> BeforeRead { get; set; } = static _ => Task.CompletedTask;

    /// <summary>Runs before a write of the job reaches the storage.</summary>
    public Func<string, Task> BeforeWrite { get; set; } = static _ => Task.CompletedTask;

    public int Conflicts => _conflicts;

    public int Reads => _reads;

    public StoredDocument this[string jobRequestId] => _documents.GetOrAdd(jobRequestId, static _ => new StoredDocument());

    public JobDocument Document(string jobRequestId)
    {
        var stored = this[jobRequestId];
        lock (stored) return stored.Document;
    }

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var id = grainId.Key.ToString()!;
        Interlocked.Increment(ref _reads);
        await BeforeRead(id);
        await Task.Yield();
        var stored = this[id];
        lock (stored)
        {
            var (document, etag) = stored.Read();
            grainState.State = (T)(object)document;
            grainState.ETag = etag;
            grainState.RecordExists = etag is not null;
        }
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var id = grainId.Key.ToString()!;
        await BeforeWrite(id);
        await Task.Yield();
        var stored = this[id];
        lock (stored)
        {
            try
            {
                grainState.ETag = stored.Write((JobDocument)(object)grainState.State!, comparesAndSets ? grainState.ETag : stored.ETag);
            }
            catch (InconsistentStateException)
            {
                Interlocked.Increment(ref _conflicts);
                throw;
            }
        }

        grainState.RecordExists = true;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => throw new NotSupportedException("Jobs are never cleared.");

    public Task<IReadOnlyList<string>> FindUnpublishedAsync(DateTimeOffset before, JobSlice slice, int limit, CancellationToken cancellationToken) =>
        Find(document => document.OutboxSince <= before.ToUnixTimeMilliseconds(), slice, limit);

    public Task<IReadOnlyList<string>> FindDueAsync(DateTimeOffset now, JobSlice slice, int limit, CancellationToken cancellationToken) =>
        Find(document => document.DueAt <= now.ToUnixTimeMilliseconds(), slice, limit);

    private Task<IReadOnlyList<string>> Find(Func<JobDocument, bool> matches, JobSlice slice, int limit) =>
        Task.FromResult<IReadOnlyList<string>>([.. _documents.Keys.Where(id => slice.Contains(id) && matches(Document(id))).Take(limit)]);
}
