using MongoDB.Driver;

namespace JobRequests.Persistence.MongoDB;

/// <summary>
/// One storage's way to its database. Clients, which own the connections, are shared in the process by all who use the same address and
/// timeouts; the last one to be disposed closes them.
/// </summary>
internal sealed class MongoConnection : IDisposable
{
    private readonly SharedMongoClient _shared;
    private int _disposed;

    public MongoConnection(MongoGrainStorageOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(options.ConnectionString);
        var url = MongoUrl.Create(options.ConnectionString);
        Servers = string.Join(", ", url.Servers);
        _shared = SharedMongoClient.Acquire(new(options.ConnectionString, options.SocketTimeout, options.ServerSelectionTimeout, options.WaitQueueTimeout));
        Database = _shared.Client.GetDatabase(options.Database ?? url.DatabaseName);
        Documents = Database.GetCollection<GrainDocument>(options.Collection);
    }

    public IMongoDatabase Database { get; }

    public IMongoCollection<GrainDocument> Documents { get; private set; }

    /// <summary>The addresses for messages: nothing but hosts and ports.</summary>
    public string Servers { get; }

    /// <summary>For a server that stands alone and knows no majority: what it has acknowledged is all there is to read.</summary>
    public void ReadWithoutMajority() => Documents = Documents.WithReadConcern(ReadConcern.Default);

    /// <summary>True for the first who asks among all that share the client.</summary>
    public bool MayWarn() => _shared.MayWarn();

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            _shared.Release();
    }
}
