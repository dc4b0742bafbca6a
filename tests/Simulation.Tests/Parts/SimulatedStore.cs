using JobRequests.Domain;
using JobRequests.Grains;
using Orleans.Storage;

namespace JobRequests.Simulation.Tests;

/// <summary>The document server: bytes and ETags, replaced by compare-and-set; views, replaced by later ones only.</summary>
internal sealed class SimulatedStore(Rules rules)
{
    private static readonly JobDocumentSerializer Serializer = new();

    private readonly Dictionary<string, (BinaryData Data, int Version, long? OutboxSince, long? DueAt)> _documents = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JobView> _views = new(StringComparer.Ordinal);

    public bool IsDown { get; set; }

    public IEnumerable<string> Jobs => _documents.Keys.Union(_views.Keys, StringComparer.Ordinal);

    /// <summary>Writes that were refused because the document had changed.</summary>
    public int Conflicts { get; private set; }

    public StoredJob Read(string job)
    {
        ThrowIfDown();
        return _documents.TryGetValue(job, out var stored)
            ? new StoredJob(Serializer.Deserialize<JobDocument>(stored.Data), $"{stored.Version}")
            : new StoredJob(new JobDocument(), null);
    }

    public string Write(string job, BinaryData data, long? outboxSince, long? dueAt, string? expectedETag)
    {
        ThrowIfDown();
        var before = _documents.TryGetValue(job, out var stored) ? stored.Version : 0;
        var expected = expectedETag is null ? 0 : int.Parse(expectedETag, System.Globalization.CultureInfo.InvariantCulture);
        var isGuarded = expected == 0 ? rules.InsertsOnly : rules.ComparesVersions;
        if (isGuarded && expected != before)
        {
            Conflicts++;
            throw new InconsistentStateException("The document has changed.", $"{before}", expectedETag ?? "");
        }

        _documents[job] = (data, before + 1, outboxSince, dueAt);
        return $"{before + 1}";
    }

    public IReadOnlyDictionary<string, JobView> ReadViews(IReadOnlyCollection<string> jobs)
    {
        ThrowIfDown();
        return jobs.Where(_views.ContainsKey).ToDictionary(job => job, job => _views[job], StringComparer.Ordinal);
    }

    public IReadOnlyCollection<string> WriteViews(IReadOnlyCollection<JobView> views)
    {
        ThrowIfDown();
        var outrun = new List<string>();
        foreach (var view in views)
        {
            if (_views.TryGetValue(view.JobRequestId, out var before) && before.Version >= view.Version) outrun.Add(view.JobRequestId);
            else _views[view.JobRequestId] = view;
        }

        return outrun;
    }

    public List<string> FindUnpublished(DateTimeOffset before) =>
        [.. _documents.Where(stored => stored.Value.OutboxSince <= before.ToUnixTimeMilliseconds()).Select(stored => stored.Key)];

    public List<string> FindDue(DateTimeOffset now) =>
        [.. _documents.Where(stored => stored.Value.DueAt <= now.ToUnixTimeMilliseconds()).Select(stored => stored.Key)];

    /// <summary>Whether everything has been published that will be, and no open job has a deadline before it.</summary>
    public bool IsAtRest() => _documents.Values.All(stored => stored.OutboxSince is null && stored.DueAt is null);

    public JobView? View(string job) => _views.GetValueOrDefault(job);

    public JobDocument? Document(string job) => _documents.TryGetValue(job, out var stored) ? Serializer.Deserialize<JobDocument>(stored.Data) : null;

    public static BinaryData Serialize(JobDocument document) => Serializer.Serialize(document);

    private void ThrowIfDown()
    {
        if (IsDown) throw new IOException("The store is down.");
    }
}

/// <summary>An activation's way to the store.</summary>
internal sealed class StoreConnection(string job, SimulatedStore store, Network network, Actor caller) : IJobDocumentStore
{
    private static readonly TimeSpan WaitLimit = TimeSpan.FromSeconds(1);

    public Task<StoredJob> ReadAsync() => network.AskAsync(caller, () => store.Read(job), WaitLimit);

    public Task<string> WriteAsync(JobDocument document, string? expectedETag)
    {
        // As it is when it is sent: what its writer does to it afterwards is not seen by the server.
        var data = SimulatedStore.Serialize(document);
        var (outboxSince, dueAt) = (document.OutboxSince, document.DueAt);
        return network.AskAsync(caller, () => store.Write(job, data, outboxSince, dueAt, expectedETag), WaitLimit);
    }
}

/// <summary>A view shard's way to the store.</summary>
internal sealed class ViewStoreConnection(SimulatedStore store, Network network, Actor caller) : IJobViewStore
{
    private static readonly TimeSpan WaitLimit = TimeSpan.FromSeconds(1);

    public Task<IReadOnlyDictionary<string, JobView>> ReadAsync(IReadOnlyCollection<string> jobRequestIds, CancellationToken cancellationToken) =>
        network.AskAsync(caller, () => store.ReadViews(jobRequestIds), WaitLimit);

    public Task<IReadOnlyCollection<string>> WriteAsync(IReadOnlyCollection<JobView> views) =>
        network.AskAsync(caller, () => store.WriteViews(views), WaitLimit);
}
