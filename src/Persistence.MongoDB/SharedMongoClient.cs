using MongoDB.Bson.Serialization;
using MongoDB.Driver;
using MongoDB.Driver.Core.Configuration;

namespace JobRequests.Persistence.MongoDB;

internal sealed record MongoClientKey(string ConnectionString, TimeSpan SocketTimeout, TimeSpan ServerSelectionTimeout, TimeSpan WaitQueueTimeout)
{
    /// <summary>Nothing of the connection string, which may hold a password.</summary>
    public override string ToString() => nameof(MongoClientKey);
}

/// <summary>
/// A client counted by its users. The driver would share connections between equal clients too, but disposing one of those closes the
/// connections of them all.
/// </summary>
internal sealed class SharedMongoClient
{
    private static readonly Lock Gate = new();
    private static readonly Action<ClusterBuilder> Configurator = static _ => { };
    private static readonly Dictionary<MongoClientKey, SharedMongoClient> Clients = [];

    private readonly MongoClientKey _key;
    private readonly MongoClient _client;
    private int _users;
    private int _warned;

    static SharedMongoClient() => BsonSerializer.TryRegisterSerializer(GrainDocumentSerializer.Instance);

    private SharedMongoClient(MongoClientKey key)
    {
        _key = key;
        _client = new MongoClient(Settings(key));
    }

    public IMongoClient Client => _client;

    public static SharedMongoClient Acquire(MongoClientKey key)
    {
        lock (Gate)
        {
            if (!Clients.TryGetValue(key, out var client))
                Clients.Add(key, client = new SharedMongoClient(key));
            client._users++;
            return client;
        }
    }

    public bool MayWarn() => Interlocked.Exchange(ref _warned, 1) == 0;

    public void Release()
    {
        lock (Gate)
        {
            if (--_users > 0)
                return;
            Clients.Remove(_key);
        }
        _client.Dispose();
    }

    private static MongoClientSettings Settings(MongoClientKey key)
    {
        var settings = MongoClientSettings.FromConnectionString(key.ConnectionString);
        // A value other than the driver's default was asked for in the connection string. The default for the socket is to wait for ever.
        if (settings.SocketTimeout <= TimeSpan.Zero)
            settings.SocketTimeout = key.SocketTimeout;
        if (settings.ServerSelectionTimeout == MongoDefaults.ServerSelectionTimeout)
            settings.ServerSelectionTimeout = key.ServerSelectionTimeout;
        if (settings.WaitQueueTimeout == MongoDefaults.WaitQueueTimeout)
            settings.WaitQueueTimeout = key.WaitQueueTimeout;
        if (settings.ConnectTimeout == MongoDefaults.ConnectTimeout)
            settings.ConnectTimeout = settings.SocketTimeout;
        // Acknowledged is what survives the loss of the primary, and what is read is what was acknowledged. The server's own time limit is
        // shorter than the socket's, so that a slow replica set costs no connections.
        settings.WriteConcern = new WriteConcern(WriteConcern.WMode.Majority, wTimeout: settings.SocketTimeout * 0.8, journal: true);
        settings.ReadConcern = ReadConcern.Majority;
        settings.ReadPreference = ReadPreference.Primary;
        // Keeps the driver from sharing connections with an application's own client, which may be disposed.
        settings.ClusterConfigurator = Configurator;
        return settings;
    }
}
