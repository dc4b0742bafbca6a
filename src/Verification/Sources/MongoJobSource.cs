using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using JobRequests.Documents;
using JobRequests.Persistence.MongoDB;
using Microsoft.Extensions.Configuration;
using MongoDB.Bson;
using MongoDB.Bson.IO;
using MongoDB.Driver;

namespace JobRequests.Verification;

/// <summary>
/// Job documents and views of a cluster, read from the primary as a majority has them: documents through the grain storage's own reader, views
/// from the collection <c>views</c>, or the one that <c>viewSets</c> names since the views were rebuilt, <c>_id</c> = job. Views are read before
/// documents.
/// </summary>
public sealed class MongoJobSource : IJobSource
{
    private const int BatchSize = 512;
    private const string GrainPrefix = "jobrequest/";
    private const string Views = "views";
    private const string ViewSets = "viewSets";

    private static readonly JsonWriterSettings PlainJson = new() { OutputMode = JsonOutputMode.RelaxedExtendedJson };

    private readonly MongoGrainReader _documents;

    private MongoJobSource(MongoGrainReader documents)
    {
        _documents = documents;
        Name = $"MongoDB at {documents.Servers}";
    }

    public string Name { get; }

    public bool HasViews => true;

    /// <summary>The server that the settings name.</summary>
    /// <exception cref="VerificationException">None is named, or the address is none.</exception>
    public static MongoJobSource Open(IConfiguration configuration)
    {
        var address = ServerSettings.MongoDB(configuration)
            ?? throw new VerificationException("No MongoDB is named: set ConnectionStrings__mongodb, or MONGO_URL, to its mongodb:// address.");
        try
        {
            return new MongoJobSource(MongoGrainReader.Open(
                new MongoGrainStorageOptions
                {
                    ConnectionString = address,
                    Database = ServerSettings.Database(configuration),
                    Collection = ServerSettings.Collection(configuration) ?? MongoGrainStorageOptions.DefaultCollection,
                    ServerSelectionTimeout = TimeSpan.FromSeconds(10),
                },
                ServerSettings.ServiceId(configuration)));
        }
        catch (MongoConfigurationException)
        {
            // The address may hold a password; so does the exception's message.
            throw new VerificationException("The address of MongoDB is none: mongodb://host:port was expected.");
        }
    }

    public async IAsyncEnumerable<IReadOnlyList<StoredJobData>> ScanAsync(
        DateTimeOffset? changedSince, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var after = "";
        while (true)
        {
            var (batch, last) = await GuardedAsync(() => ReadBatchAsync(after, changedSince, cancellationToken));
            if (batch.Count > 0) yield return batch;
            if (last is null) yield break;
            after = last;
        }
    }

    public Task<StoredJobData> ReadAsync(string job, CancellationToken cancellationToken) => GuardedAsync(async () =>
    {
        var view = await (await ViewsAsync(cancellationToken)).Find(new BsonDocument("_id", job)).FirstOrDefaultAsync(cancellationToken);
        var document = await _documents.FindAsync(JobRequestOptions.StateName, GrainPrefix + job, cancellationToken);
        return new StoredJobData(job, document is null ? default(ReadOnlyMemory<byte>?) : Data(document), view is null ? null : View(view));
    });

    public ValueTask DisposeAsync()
    {
        _documents.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <returns>The batch, and its last id; null after the last batch.</returns>
    private async Task<(IReadOnlyList<StoredJobData> Batch, string? Last)> ReadBatchAsync(
        string after, DateTimeOffset? changedSince, CancellationToken cancellationToken)
    {
        var views = changedSince is null ? await ReadViewsAsync(new BsonDocument("$gt", after), BatchSize, cancellationToken) : [];
        var documents = await _documents.ReadBatchAsync(JobRequestOptions.StateName, GrainPrefix + after, BatchSize, changedSince, cancellationToken);
        var stored = documents.ConvertAll(found => (Job: found.GrainId[GrainPrefix.Length..], Data: Data(found.Document)));
        // The reply's size may have cut the batch short: only an empty one is the last.
        var last = stored.Count == 0 ? null : stored[^1].Job;

        if (changedSince is not null)
        {
            // Read after their documents they may be ahead of them: a second look settles that.
            views = await ReadViewsAsync(new BsonDocument("$in", new BsonArray(stored.Select(document => document.Job))), 0, cancellationToken);
        }
        else if (views.Count == BatchSize && (last is null || string.CompareOrdinal(views[^1].Job, last) < 0))
        {
            last = views[^1].Job;
        }

        return (StoredJobs.Join(stored, views, last), last);
    }

    private async Task<List<(string Job, StoredViewData View)>> ReadViewsAsync(BsonDocument ids, int limit, CancellationToken cancellationToken)
    {
        var found = await (await ViewsAsync(cancellationToken))
            .Find(new BsonDocument("_id", ids))
            .Sort(new BsonDocument("_id", 1))
            .Limit(limit)
            .ToListAsync(cancellationToken);
        return found.ConvertAll(view => (view["_id"].AsString, View(view)));
    }

    private async Task<IMongoCollection<BsonDocument>> ViewsAsync(CancellationToken cancellationToken)
    {
        var sets = await _documents.Database.GetCollection<BsonDocument>(ViewSets).Find(new BsonDocument("_id", Views)).FirstOrDefaultAsync(cancellationToken);
        return _documents.Database.GetCollection<BsonDocument>(sets?["live"].AsString ?? Views);
    }

    private static ReadOnlyMemory<byte> Data(GrainDocument document)
    {
        try
        {
            return document.ReadData().ToMemory();
        }
        catch (FormatException)
        {
            // Of use to nobody, which is for the checks to report: the other documents are to be read.
            return "null"u8.ToArray();
        }
    }

    // A view of a cluster has nothing beside it: what queries look for is in it.
    private static StoredViewData View(BsonDocument view)
    {
        view.Remove("_id");
        var createdAt = view.GetValue("createdAt", BsonNull.Value) is BsonDateTime time ? time.MillisecondsSinceEpoch : 0;
        foreach (var part in view.GetValue("candidates", new BsonArray()).AsBsonArray.OfType<BsonDocument>().Append(view))
            foreach (var member in part.Where(static member => member.Value is BsonDateTime).ToList())
                part[member.Name] = member.Value.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture);
        return new StoredViewData(
            view.GetValue("version", 0).ToInt32(),
            view.GetValue("status", "").ToString()!,
            view.GetValue("requester", "").ToString()!,
            createdAt,
            Encoding.UTF8.GetBytes(view.ToJson(PlainJson)));
    }

    private async Task<T> GuardedAsync<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception exception) when (exception is MongoException or TimeoutException or InvalidCastException or FormatException or NotSupportedException)
        {
            throw new VerificationException($"{Name} cannot be read: {exception.Message}", exception);
        }
    }
}
