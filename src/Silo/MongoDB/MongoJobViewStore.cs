using System.Threading.Channels;
using JobRequests.Domain;
using JobRequests.Grains;
using MongoDB.Driver;

namespace JobRequests.Silo;

// Collection "views": _id = job id. A document only ever moves to a higher version: the filter of each replacement asks for a lower one,
// and the upsert's insert fails with a duplicate key where there is none. One request is under way at a time; what the silo's shards want
// to store meanwhile shares the next one.
internal sealed class MongoJobViewStore : IJobViewStore, IAsyncDisposable
{
    public const string Collection = "views";

    private const int MaxBatch = 500;
    private const int DuplicateKey = 11000;

    private readonly IMongoCollection<JobViewDocument> _views;
    private readonly Channel<PendingWrite> _pending = Channel.CreateUnbounded<PendingWrite>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Task _writer;

    public MongoJobViewStore(IMongoDatabase database)
    {
        _views = database.GetCollection<JobViewDocument>(Collection);
        _writer = Task.Run(WriteAsync);
    }

    public async Task<IReadOnlyDictionary<string, JobView>> ReadAsync(IReadOnlyCollection<string> jobRequestIds)
    {
        var found = await _views.Find(Builders<JobViewDocument>.Filter.In(view => view.JobRequestId, jobRequestIds)).ToListAsync();
        return found.ToDictionary(view => view.JobRequestId, view => view.ToView(), StringComparer.Ordinal);
    }

    public Task<IReadOnlyCollection<string>> WriteAsync(IReadOnlyCollection<JobView> views)
    {
        var write = new PendingWrite([.. views.Select(JobViewDocument.From)]);
        return _pending.Writer.TryWrite(write) ? write.Outrun : throw new ObjectDisposedException(nameof(MongoJobViewStore), "The silo has stopped.");
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
                var outrun = await WriteAsync([.. batch.SelectMany(write => write.Views)]);
                foreach (var write in batch) write.Complete(outrun);
            }
            catch (Exception exception)
            {
                foreach (var write in batch) write.Fail(exception);
            }
        }
    }

    private async Task<HashSet<(string Job, int Version)>> WriteAsync(List<JobViewDocument> views)
    {
        var outrun = new HashSet<(string Job, int Version)>();
        var requests = views.ConvertAll(view => new ReplaceOneModel<JobViewDocument>(
            Builders<JobViewDocument>.Filter.Eq(stored => stored.JobRequestId, view.JobRequestId) & Builders<JobViewDocument>.Filter.Lt(stored => stored.Version, view.Version),
            view)
        { IsUpsert = true });
        try
        {
            await _views.BulkWriteAsync(requests, new BulkWriteOptions { IsOrdered = false });
        }
        catch (MongoBulkWriteException<JobViewDocument> exception) when (exception.WriteConcernError is null && exception.WriteErrors.All(error => error.Code == DuplicateKey))
        {
            foreach (var error in exception.WriteErrors) outrun.Add((views[error.Index].JobRequestId, views[error.Index].Version));
        }

        return outrun;
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
