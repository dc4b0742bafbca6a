using System.Threading.Channels;
using JobRequests.Domain;
using JobRequests.Grains;
using MongoDB.Bson;
using MongoDB.Driver;

namespace JobRequests.Silo;

// Collection "views", or what JobViewSets names: _id = job id. A document only ever moves to a higher version: the filter of each replacement asks for a lower
// one,
// and the upsert's insert fails with a duplicate key where there is none. One request is under way at a time; what the silo's shards want
// to store meanwhile shares the next one.
internal sealed class MongoJobViewStore : IJobViewStore, IAsyncDisposable
{
    public const string Collection = "views";

    private const int MaxBatch = 500;
    private const int DuplicateKey = 11000;

    private readonly IMongoDatabase _database;
    private readonly Channel<PendingWrite> _pending = Channel.CreateUnbounded<PendingWrite>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Task _writer;
    private volatile JobViewSets _sets = JobViewSets.First;

    public MongoJobViewStore(IMongoDatabase database)
    {
        _database = database;
        _writer = Task.Run(WriteAsync);
    }

    public async Task<IReadOnlyDictionary<string, JobView>> ReadAsync(IReadOnlyCollection<string> jobRequestIds, CancellationToken cancellationToken = default)
    {
        var found = await Live<JobViewDocument>()
            .Find(Builders<JobViewDocument>.Filter.In(view => view.JobRequestId, jobRequestIds))
            .ToListAsync(cancellationToken);
        return found.ToDictionary(view => view.JobRequestId, view => view.ToView(), StringComparer.Ordinal);
    }

    public Task<IReadOnlyCollection<string>> WriteAsync(IReadOnlyCollection<JobView> views)
    {
        var write = new PendingWrite([.. views.Select(JobViewDocument.From)]);
        return _pending.Writer.TryWrite(write) ? write.Outrun : throw new ObjectDisposedException(nameof(MongoJobViewStore), "The silo has stopped.");
    }

    /// <summary>The collection that is read.</summary>
    public IMongoCollection<T> Live<T>() => _database.GetCollection<T>(_sets.Live);

    /// <summary>From now on reads and writes go by these. When it returns, every write that went by the ones before is done.</summary>
    public async Task UseAsync(JobViewSets sets)
    {
        _sets = sets;
        // One write is under way at a time: when this one, of nothing, is done, so is every one before it.
        await WriteAsync([]);
    }

    public async ValueTask DisposeAsync()
    {
        _pending.Writer.TryComplete();
        await _writer;
    }

    private async Task WriteAsync()
    {
        while (await _pending.Reader.WaitToReadAsync())
        {
            var batch = new List<PendingWrite>();
            for (var size = 0; size < MaxBatch && _pending.Reader.TryRead(out var write); size += write.Views.Count) batch.Add(write);
            try
            {
                var outrun = await WriteAsync(_sets, [.. batch.SelectMany(write => write.Views)]);
                foreach (var write in batch) write.Complete(outrun);
            }
            catch (Exception exception)
            {
                foreach (var write in batch) write.Fail(exception);
            }
        }
    }

    /// <summary>Stores each view in a collection, unless one of its version or a later one is there: those are told.</summary>
    internal static async Task<HashSet<(string Job, int Version)>> WriteAsync(IMongoCollection<JobViewDocument> collection, List<JobViewDocument> views)
    {
        if (views.Count == 0) return [];
        var outrun = new HashSet<(string Job, int Version)>();
        // Not by expressions, which the driver translates again for each document.
        var requests = views.ConvertAll(view => new ReplaceOneModel<JobViewDocument>(
            new BsonDocument { { "_id", view.JobRequestId }, { "version", new BsonDocument("$lt", view.Version) } }, view)
        { IsUpsert = true });
        try
        {
            await collection.BulkWriteAsync(requests, new BulkWriteOptions { IsOrdered = false });
        }
        catch (MongoBulkWriteException<JobViewDocument> exception)
            when (exception.WriteConcernError is null && exception.WriteErrors.All(error => error.Code == DuplicateKey))
        {
            foreach (var error in exception.WriteErrors) outrun.Add((views[error.Index].JobRequestId, views[error.Index].Version));
        }

        return outrun;
    }

    private async Task<HashSet<(string Job, int Version)>> WriteAsync(JobViewSets sets, List<JobViewDocument> views)
    {
        var live = WriteAsync(_database.GetCollection<JobViewDocument>(sets.Live), views);
        if (sets.Also is { } also) await Task.WhenAll(live, WriteAsync(_database.GetCollection<JobViewDocument>(also), views));
        return await live;
    }

    private sealed class PendingWrite(IReadOnlyList<JobViewDocument> views)
    {
        private readonly TaskCompletionSource<IReadOnlyCollection<string>> _outrun = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IReadOnlyList<JobViewDocument> Views { get; } = views;

        public Task<IReadOnlyCollection<string>> Outrun => _outrun.Task;

        public void Complete(HashSet<(string Job, int Version)> outrun) =>
            _outrun.SetResult([.. Views.Where(view => outrun.Contains((view.JobRequestId, view.Version))).Select(view => view.JobRequestId)]);

        public void Fail(Exception exception) => _outrun.SetException(exception);
    }
}
