using JobRequests.Testing;
using JobRequests.Testing.Backends;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MongoDB.Bson;
using MongoDB.Driver;
using Orleans.Storage;

namespace JobRequests.Persistence.MongoDB.Tests;

/// <summary>The storage inside a real silo, chosen by configuration alone.</summary>
public sealed class ConfiguredSiloTests : IAsyncLifetime
{
    private readonly string _database = TestStorage.NewDatabase();
    private string _address = "";

    public async ValueTask InitializeAsync() => _address = await Servers.MongoAsync();

    [Fact]
    public async Task Storages_from_configuration_keep_state_over_a_restart()
    {
        using (var host = await StartAsync())
        {
            await Note(host, "заметка/1").Write("kept");
            await host.StopAsync();
        }

        using (var host = await StartAsync())
        {
            Assert.Equal("kept", await Note(host, "заметка/1").Read());
            await host.StopAsync();
        }
    }

    [Fact]
    public async Task Named_storages_on_one_address_share_one_client()
    {
        using var host = await StartAsync();
        var notes = Assert.IsType<MongoGrainStorage>(host.Services.GetRequiredKeyedService<IGrainStorage>("notes"));
        var others = host.Services.GetRequiredKeyedService<MongoGrainStorage>("others");

        Assert.Same(notes.Database.Client, others.Database.Client);
        var database = host.Services.GetRequiredKeyedService<IMongoDatabase>("notes");
        Assert.Same(notes.Database, database);
        Assert.Equal(_database, database.DatabaseNamespace.DatabaseName);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_state_is_a_document_that_anybody_can_query()
    {
        using var host = await StartAsync();
        await Note(host, "a").Write("findable");
        var collection = host.Services.GetRequiredKeyedService<IMongoDatabase>("notes").GetCollection<BsonDocument>("grainState");

        var document = await collection.Find(new BsonDocument("d.Text", "findable")).SingleAsync();

        Assert.EndsWith("/note/note/a", document["_id"].AsString);
        Assert.Equal(["_id", "e", "v", "u", "d"], document.Names);
        Assert.Equal("a",
            Assert.Single(await host.Services.GetRequiredKeyedService<MongoGrainStorage>("notes")
                .FindAsync("note", "$.Text", IndexMatch.Equal, "findable")).GrainId.Key.ToString());
        await host.StopAsync();
    }

    [Theory]
    [InlineData(null, "by name")]
    [InlineData("by key", "by key")]
    public async Task The_serializer_is_found_by_name_or_key(string? key, string expected)
    {
        using var host = await StartAsync(services =>
        {
            services.AddKeyedSingleton<IGrainStorageSerializer>("notes", new MarkingSerializer("by name"));
            services.AddKeyedSingleton<IGrainStorageSerializer>("by key", new MarkingSerializer("by key"));
        }, key is null ? [] : [("Orleans:GrainStorage:notes:SerializerKey", key)]);
        await Note(host, "a").Write("text");

        var stored = await host.Services.GetRequiredKeyedService<IMongoDatabase>("notes")
            .GetCollection<BsonDocument>("grainState")
            .Find(new BsonDocument())
            .SingleAsync();

        Assert.Equal(expected, stored["d"]["Serializer"].AsString);
        Assert.Equal("text", await Note(host, "a").Read());
        await host.StopAsync();
    }

    [Fact]
    public async Task A_silo_without_its_server_refuses_in_one_sentence()
    {
        var exception = await Assert.ThrowsAsync<MongoStartException>(() => StartAsync(null,
            ("ConnectionStrings:mongodb", $"mongodb://127.0.0.1:{FreePort.Next()}/"),
            ("Orleans:GrainStorage:notes:StartTimeout", "00:00:00"), ("Orleans:GrainStorage:notes:ServerSelectionTimeout", "00:00:00.5")));

        Assert.Equal(MongoStartProblem.Unreachable, exception.Problem);
        Assert.Contains("ConnectionName 'mongodb'", exception.Message);
    }

    public async ValueTask DisposeAsync()
    {
        if (_address.Length == 0) return;
        using var client = new MongoClient(_address);
        await client.DropDatabaseAsync(_database);
    }

    private static INoteGrain Note(IHost host, string key) => host.Services.GetRequiredService<IGrainFactory>().GetGrain<INoteGrain>(key);

    private async Task<IHost> StartAsync(Action<IServiceCollection>? configure = null, params (string Key, string Value)[] more)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:mongodb"] = _address,
            ["Orleans:GrainStorage:notes:ProviderType"] = "MongoDB",
            ["Orleans:GrainStorage:notes:ConnectionName"] = "mongodb",
            ["Orleans:GrainStorage:notes:Database"] = _database,
            ["Orleans:GrainStorage:notes:Indexes:0:StateName"] = "note",
            ["Orleans:GrainStorage:notes:Indexes:0:Path"] = "$.Text",
            ["Orleans:GrainStorage:others:ProviderType"] = "MongoDB",
            ["Orleans:GrainStorage:others:ConnectionString"] = _address,
            ["Orleans:GrainStorage:others:Database"] = _database,
        });
        builder.Configuration.AddInMemoryCollection(more.Select(static one => KeyValuePair.Create(one.Key, (string?)one.Value)));
        configure?.Invoke(builder.Services);
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(siloPort: FreePort.Next(), gatewayPort: FreePort.Next());
            silo.UseSystemTextJsonGrainStorageSerializer();
        });
        var host = builder.Build();
        try
        {
            await host.StartAsync();
            return host;
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }
}

/// <summary>Leaves its mark in what it writes.</summary>
internal sealed class MarkingSerializer(string mark) : IGrainStorageSerializer
{
    public BinaryData Serialize<T>(T? input) => BinaryData.FromString(System.Text.Json.JsonSerializer.Serialize(new { Serializer = mark, Value = input }));

    public T Deserialize<T>(BinaryData input) =>
        System.Text.Json.JsonSerializer.Deserialize<T>(System.Text.Json.JsonDocument.Parse(input).RootElement.GetProperty("Value"))!;
}

public interface INoteGrain : IGrainWithStringKey
{
    Task Write(string text);

    Task<string?> Read();
}

public sealed class Note
{
    public string? Text { get; set; }
}

public sealed class NoteGrain([PersistentState("note", "notes")] IPersistentState<Note> note) : Grain, INoteGrain
{
    public Task Write(string text)
    {
        note.State.Text = text;
        return note.WriteStateAsync();
    }

    public Task<string?> Read() => Task.FromResult(note.State.Text);
}
