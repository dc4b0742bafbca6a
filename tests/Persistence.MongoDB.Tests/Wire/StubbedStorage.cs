using JobRequests.Testing;
using MongoDB.Bson;

namespace JobRequests.Persistence.MongoDB.Tests.Wire;

/// <summary>A storage whose server is a <see cref="WireStub"/>.</summary>
internal sealed class StubbedStorage : IAsyncDisposable
{
    public const string StateName = "state";

    private readonly TestStorage _test;

    public StubbedStorage(Action<MongoGrainStorageOptions>? configure = null)
    {
        _test = TestStorage.Create(Stub.Address, options =>
        {
            options.SocketTimeout = TimeSpan.FromMilliseconds(500);
            options.ServerSelectionTimeout = TimeSpan.FromSeconds(2);
            configure?.Invoke(options);
        }, drop: false);
    }

    public WireStub Stub { get; } = new();

    public MongoGrainStorage Storage => _test.Storage;

    public GrainId Grain { get; } = GrainId.Create("grain", "1");

    public static string Id(GrainId grain) => $"test/{StateName}/{grain}";

    public static GrainState<ConformanceState> State(string text, string? etag = null) =>
        new(new ConformanceState { Text = text }, etag) { RecordExists = etag is not null };

    /// <summary>A record that somebody else has written.</summary>
    public static BsonDocument Foreign(GrainId grain, string etag, string text = "foreign") => new()
    {
        { "_id", Id(grain) }, { "e", etag }, { "v", 1 }, { "u", DateTime.UtcNow },
        { "d", new BsonDocument { { "Text", text }, { "Number", 0 }, { "Items", new BsonArray() } } },
    };

    public Task WriteAsync(GrainState<ConformanceState> state, GrainId? grain = null, CancellationToken cancellationToken = default) =>
        Storage.WriteStateAsync(StateName, grain ?? Grain, state, cancellationToken);

    public Task ClearAsync(GrainState<ConformanceState> state, GrainId? grain = null) => Storage.ClearStateAsync(StateName, grain ?? Grain, state);

    /// <summary>What lies on the server, without the storage.</summary>
    public (string? ETag, string? Text) Stored(GrainId? grain = null) =>
        Stub.Database.Get(Id(grain ?? Grain)) is { } document ? (document["e"].AsString, document["d"]["Text"].AsString) : (null, null);

    public int Attempts(string command) => Stub.Received.Count(received => received.GetElement(0).Name == command);

    public async ValueTask DisposeAsync()
    {
        await _test.DisposeAsync();
        await Stub.DisposeAsync();
    }
}
