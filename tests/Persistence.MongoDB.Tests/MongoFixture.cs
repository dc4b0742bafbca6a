using JobRequests.Testing.Backends;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Serialization;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace JobRequests.Persistence.MongoDB.Tests;

/// <summary>A storage on the real server, in a database of its own that is dropped afterwards; without a silo.</summary>
public sealed class MongoFixture : IAsyncDisposable
{
    private TestStorage? _test;

    public MongoGrainStorage Storage => _test!.Storage;

    /// <summary>Called by each test, as only a test can be skipped when there is no server.</summary>
    public async Task OpenAsync() => _test ??= await TestStorage.OpenAsync();

    public async ValueTask DisposeAsync()
    {
        if (_test is not null)
            await _test.DisposeAsync();
    }
}

/// <summary>One storage and its database.</summary>
internal sealed class TestStorage(string address, MongoConnection connection, MongoGrainStorage storage, string? drop) : IAsyncDisposable
{
    public string Address { get; } = address;

    public MongoGrainStorage Storage { get; } = storage;

    public MongoConnection Connection { get; } = connection;

    public static string NewDatabase() => "test_" + Guid.NewGuid().ToString("N");

    public static async Task<TestStorage> OpenAsync(Action<MongoGrainStorageOptions>? configure = null, string? database = null)
    {
        var test = Create(await Servers.MongoAsync(), configure, database);
        await test.Storage.InitializeAsync();
        return test;
    }

    /// <summary>Not connected yet.</summary>
    public static TestStorage Create(
        string address, Action<MongoGrainStorageOptions>? configure = null, string? database = null, string serviceId = "test", bool drop = true,
        ILogger<MongoGrainStorage>? logger = null)
    {
        var services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        var options = new MongoGrainStorageOptions
        {
            ConnectionString = address,
            Database = database ?? NewDatabase(),
            GrainStorageSerializer = new SystemTextJsonGrainStorageSerializer(Options.Create(new SystemTextJsonGrainStorageSerializerOptions())),
        };
        configure?.Invoke(options);
        Assert.True(new MongoGrainStorageOptionsValidator("test").Validate("test", options).Succeeded);
        var connection = new MongoConnection(options);
        var storage = new MongoGrainStorage("test", options, connection, Options.Create(new ClusterOptions { ServiceId = serviceId }),
            services.GetRequiredService<IActivatorProvider>(), TimeProvider.System, logger ?? NullLogger<MongoGrainStorage>.Instance);
        return new TestStorage(address, connection, storage, drop ? options.Database : null);
    }

    public async ValueTask DisposeAsync()
    {
        if (drop is not null)
            await Connection.Database.Client.DropDatabaseAsync(drop);
        Connection.Dispose();
    }
}
