using System.Runtime.CompilerServices;
using JobRequests.Grains;
using Microsoft.Extensions.Configuration;
using MongoDB.Bson;
using MongoDB.Driver;

namespace JobRequests.Verification;

/// <summary>
/// Job documents and views of a cluster, read from the primary as a majority has them. Collections: the grain storage's, whose <c>_id</c>s are
/// <c>{service}/{state}/jobrequest/{job}</c>, and <c>views</c>, or the one that <c>viewSets</c> names since the views were rebuilt, <c>_id</c> =
/// job. Views are read before documents.
/// </summary>
public sealed class MongoJobSource : IJobSource
{
    private const int BatchSize = 512;
    private const string DefaultCollection = "grainState";
    private const string Views = "views";
    private const string ViewSets = "viewSets";

    private readonly MongoClient _client;
    private readonly IMongoCollection<BsonDocument> _documents;
    private readonly IMongoDatabase _database;
    private readonly string _prefix;

    private MongoJobSource(IConfiguration configuration, MongoClientSettings settings)
    {
        settings.ReadConcern = ReadConcern.Majority;
        settings.ReadPreference = ReadPreference.Primary;
        settings.ServerSelectionTimeout = TimeSpan.FromSeconds(10);
        Name = $"MongoDB at {string.Join(", ", settings.Servers)}";
        _client = new MongoClient(settings);
        _database = _client.GetDatabase(ServerSettings.Database(configuration));
        _documents = _database.GetCollection<BsonDocument>(ServerSettings.Collection(configuration) ?? DefaultCollection);
        _prefix = $"{Escape(ServerSettings.ServiceId(configuration))}/{Escape(JobRequestOptions.StateName)}/jobrequest/";
    }

    public string Name { get; }

    public bool HasViews => true;

    /// <summary>The server that the settings name.</summary>
    /// <exception cref="VerificationException">None is named, or the address is none.</exception>
    public static MongoJobSource Open(IConfiguration configuration)
    {
        var address = ServerSettings.MongoDB(configuration) ?? throw new VerificationException("No MongoDB is named: set ConnectionStrings__mongodb, or MONGO_URL, to its mongodb:// address.");
        try
        {
            return new MongoJobSource(configuration, MongoClientSettings.FromConnectionString(address));
        }
        catch (MongoConfigurationException)
        {
            // The address may hold a password; so does the exception's message.
            throw new VerificationException("The address of MongoDB is none: mongodb://host:port was expected.");
        }
    }

    public async IAsyncEnumerable<IReadOnlyList<StoredJobData>> ScanAsync(DateTimeOffset? changedSince, [EnumeratorCancellation] CancellationToken cancellationToken)
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
        var document = await _documents.Find(new BsonDocument("_id", _prefix + job)).FirstOrDefaultAsync(cancellationToken);
        return new StoredJobData(job, document is null ? default(ReadOnlyMemory<byte>?) : Data(document), view is null ? null : View(view));
    });

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <returns>The batch, and its last id; null after the last batch.</returns>
    private async Task<(IReadOnlyList<StoredJobData> Batch, string? Last)> ReadBatchAsync(string after, DateTimeOffset? changedSince, CancellationToken cancellationToken)
    {
        var views = changedSince is null ? await ReadViewsAsync(new BsonDocument("$gt", after), BatchSize, cancellationToken) : [];
        var filter = new BsonDocument("_id", new BsonDocument { { "$gt", _prefix + after }, { "$lt", End(_prefix) } });
        if (changedSince is { } since) filter.Add("u", new BsonDocument("$gte", since.UtcDateTime));
        var documents = await _documents.Find(filter).Sort(new BsonDocument("_id", 1)).Limit(BatchSize).ToListAsync(cancellationToken);
        var stored = documents.ConvertAll(document => (Job: document["_id"].AsString[_prefix.Length..], Data: Data(document)));
        var last = stored.Count < BatchSize ? null : stored[^1].Job;

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
        var found = await (await ViewsAsync(cancellationToken)).Find(new BsonDocument("_id", ids)).Sort(new BsonDocument("_id", 1)).Limit(limit).ToListAsync(cancellationToken);
        return found.ConvertAll(view => (view["_id"].AsString, View(view)));
    }

    private async Task<IMongoCollection<BsonDocument>> ViewsAsync(CancellationToken cancellationToken)
    {
        var sets = await _database.GetCollection<BsonDocument>(ViewSets).Find(new BsonDocument("_id", Views)).FirstOrDefaultAsync(cancellationToken);
        return _database.GetCollection<BsonDocument>(sets?["live"].AsString ?? Views);
    }

    private static ReadOnlyMemory<byte> Data(BsonDocument document) => document.GetValue("d", BsonNull.Value) switch
    {
        BsonBinaryData binary => binary.Bytes,
        var value => BsonJson.Write(value),
    };

    // A view of a cluster has nothing beside it: what queries look for is in it.
    private static StoredViewData View(BsonDocument view)
    {
        view.Remove("_id");
        return new StoredViewData(
            view.GetValue("version", 0).ToInt32(),
            view.GetValue("status", "").ToString()!,
            view.GetValue("requester", "").ToString()!,
            view.GetValue("createdAt", BsonNull.Value) is BsonDateTime createdAt ? createdAt.MillisecondsSinceEpoch : 0,
            BsonJson.Write(view));
    }

    // As the grain storage names its records: a slash or percent sign in a name is percent-encoded.
    private static string Escape(string name) => name.Replace("%", "%25", StringComparison.Ordinal).Replace("/", "%2F", StringComparison.Ordinal);

    private static string End(string prefix) => $"{prefix.AsSpan(0, prefix.Length - 1)}{(char)('/' + 1)}";

    private async Task<T> GuardedAsync<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception exception) when (exception is MongoException or TimeoutException or InvalidCastException)
        {
            throw new VerificationException($"{Name} cannot be read: {exception.Message}", exception);
        }
    }
}
