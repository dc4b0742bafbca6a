using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using MongoDB.Driver;

namespace JobRequests.Persistence.MongoDB.Tests;

public sealed class OptionsTests
{
    private const string Password = "s3cret-pass";

    public static TheoryData<string, string?, string> Wrong => new()
    {
        { "ConnectionString", null, "ConnectionString is missing: set ConnectionName to the name of a connection string, or ConnectionString" },
        { "ConnectionString", $"mongo://alice:{Password}@host", "ConnectionString must be a valid mongodb://" },
        { "ConnectionString", $"mongodb://alice:{Password}/with:slash@host", "ConnectionString must be a valid mongodb://" },
        { "ConnectionString", $"mongodb://alice:{Password}@host/?socketTimeoutMS=soon", "ConnectionString must be a valid mongodb://" },
        { "Database", "", "Database must be set" },
        { "Database", "a.b", "'a.b'" },
        { "Collection", "system.users", "'system.users'" },
        { "Collection", "", "Collection must be a name" },
        { "MaxBatchSize", "0", "Orleans:GrainStorage:notes:MaxBatchSize must be between 1 and 1000, but is 0" },
        { "MaxBatchesInFlight", "65", "MaxBatchesInFlight must be between 1 and 64, but is 65" },
        { "SocketTimeout", "00:00:00", "SocketTimeout must be between 00:00:00.1000000 and 00:10:00, but is 00:00:00" },
        { "ServerSelectionTimeout", "01:00:00", "ServerSelectionTimeout must be" },
        { "WaitQueueTimeout", "-00:00:01", "WaitQueueTimeout must be" },
        { "StartTimeout", "-00:00:01", "StartTimeout must be" },
        { "Indexes:0:Path", "Text') --", "Orleans:GrainStorage:notes:Indexes:0:Path must look like $.name or $.name.name, but is 'Text') --'" },
        { "Indexes:0:StateName", "", "StateName must not be empty" },
        { "MaxBatchSize", "many", "MaxBatchSize" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task A_wrong_setting_is_named_without_its_password(string setting, string? value, string expected)
    {
        var exception = await Assert.ThrowsAnyAsync<Exception>(() => StartAsync((setting, value)));

        Assert.Contains(expected, exception.Message);
        Assert.Contains("notes", exception.Message);
        Assert.DoesNotContain(Password, exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_name_without_a_string_is_named()
    {
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(("ConnectionString", null), ("ConnectionName", "absent")));

        Assert.Contains("set ConnectionStrings:absent", exception.Message);
    }

    [Theory]
    [InlineData("MongoDB", "ConnectionName")]
    [InlineData("MongoDBServer", "ServiceKey")]
    [InlineData("MongoDBDatabase", "ServiceKey")]
    public void The_address_comes_from_the_named_connection_string(string providerType, string setting)
    {
        using var host = Build(
            ("ProviderType", providerType), ("ConnectionString", null), ("Database", null), ("ConnectionName", "absent"), (setting, "notes-db"));
        var options = host.Services.GetRequiredService<IOptionsMonitor<MongoGrainStorageOptions>>().Get("notes");

        Assert.Equal("mongodb://127.0.0.1:1/fromUrl", options.ConnectionString);
    }

    [Fact]
    public void Settings_come_from_configuration()
    {
        using var host = Build(("Collection", "states"), ("MaxBatchSize", "7"), ("CreateIndexes", "false"), ("SocketTimeout", "00:00:03"));
        var options = host.Services.GetRequiredService<IOptionsMonitor<MongoGrainStorageOptions>>().Get("notes");

        Assert.Equal(("states", 7, false, TimeSpan.FromSeconds(3)), (options.Collection, options.MaxBatchSize, options.CreateIndexes, options.SocketTimeout));
        Assert.Equal(new GrainStateIndex("note", "$.Text"), Assert.Single(options.Indexes));
    }

    [Fact]
    public void Options_that_are_logged_hold_no_credential()
    {
        using var host = Build(("ConnectionString", $"mongodb://alice:{Password}@host/"));

        var logged = host.Services.GetServices<IOptionFormatter>().SelectMany(static formatter => formatter.Format()).ToList();

        Assert.Contains(logged, static line => line.Contains("MaxBatchSize", StringComparison.Ordinal));
        Assert.DoesNotContain(logged, static line => line.Contains(Password, StringComparison.Ordinal) || line.Contains("alice", StringComparison.Ordinal));
    }

    [Fact]
    public void Clients_have_finite_timeouts_that_the_connection_string_may_override()
    {
        using var connection = new MongoConnection(
            new MongoGrainStorageOptions { ConnectionString = "mongodb://127.0.0.1:1/name?serverSelectionTimeoutMS=700" });
        var settings = connection.Database.Client.Settings;

        Assert.Equal(TimeSpan.FromSeconds(10), settings.SocketTimeout);
        Assert.Equal(TimeSpan.FromMilliseconds(700), settings.ServerSelectionTimeout);
        Assert.Equal(TimeSpan.FromSeconds(5), settings.WaitQueueTimeout);
        Assert.Equal("name", connection.Database.DatabaseNamespace.DatabaseName);
    }

    [Fact]
    public void A_connection_string_cannot_weaken_the_storage()
    {
        using var connection = new MongoConnection(
            new MongoGrainStorageOptions { ConnectionString = "mongodb://127.0.0.1:1/name?w=0&journal=false&readPreference=secondary&readConcernLevel=local" });
        var settings = connection.Documents.Settings;

        Assert.Equal((WriteConcern.WMode.Majority, true), ((WriteConcern.WMode)settings.WriteConcern.W, settings.WriteConcern.Journal));
        Assert.Equal((ReadConcern.Majority, ReadPreference.Primary), (settings.ReadConcern, settings.ReadPreference));
    }

    [Fact]
    public void The_last_user_of_a_client_closes_it()
    {
        var options = new MongoGrainStorageOptions { ConnectionString = "mongodb://127.0.0.1:1/shared" };
        var first = new MongoConnection(options);
        var second = new MongoConnection(options);
        Assert.Same(first.Database.Client, second.Database.Client);

        first.Dispose();
        first.Dispose();
        _ = second.Database.Client.Cluster;
        second.Dispose();

        Assert.Throws<ObjectDisposedException>(() => second.Database.Client.Cluster);
        using var third = new MongoConnection(options);
        Assert.NotSame(first.Database.Client, third.Database.Client);
    }

    private static async Task StartAsync(params (string Setting, string? Value)[] settings)
    {
        using var host = Build(settings);
        await host.StartAsync();
    }

    private static IHost Build(params (string Setting, string? Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        var values = new Dictionary<string, string?>
        {
            ["ProviderType"] = "MongoDB",
            ["ConnectionString"] = "mongodb://127.0.0.1:1/",
            ["Database"] = "notes",
            ["Indexes:0:StateName"] = "note",
            ["Indexes:0:Path"] = "$.Text",
        };
        foreach (var (setting, value) in settings)
            values[setting] = value;
        builder.Configuration.AddInMemoryCollection(values.Select(static pair => KeyValuePair.Create($"Orleans:GrainStorage:notes:{pair.Key}", pair.Value)));
        builder.Configuration["ConnectionStrings:notes-db"] = "mongodb://127.0.0.1:1/fromUrl";
        builder.UseOrleans(static silo => silo.UseLocalhostClustering());
        return builder.Build();
    }
}
