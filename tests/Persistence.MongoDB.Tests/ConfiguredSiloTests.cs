using JobRequests.Testing.Backends;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
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
    public async Task A_silo_gets_its_storages_from_configuration_and_keeps_state_over_a_restart()
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
    public async Task Named_storages_on_one_address_share_one_client_and_their_database_is_there_for_others()
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

    public async ValueTask DisposeAsync()
    {
        if (_address.Length == 0) return;
        using var client = new MongoClient(_address);
        await client.DropDatabaseAsync(_database);
    }

    private static INoteGrain Note(IHost host, string key) => host.Services.GetRequiredService<IGrainFactory>().GetGrain<INoteGrain>(key);

    private async Task<IHost> StartAsync(params (string Key, string Value)[] more)
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
