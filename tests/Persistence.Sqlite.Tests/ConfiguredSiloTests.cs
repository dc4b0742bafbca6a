using JobRequests.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Storage;

namespace JobRequests.Persistence.Sqlite.Tests;

/// <summary>The storage inside a real silo, chosen by configuration alone.</summary>
public sealed class ConfiguredSiloTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Storages_from_configuration_keep_state_over_a_restart()
    {
        using (var host = await StartAsync(_folder.Path))
        {
            var note = host.Services.GetRequiredService<IGrainFactory>().GetGrain<INoteGrain>("заметка/1");
            await note.Write("kept");
            await host.StopAsync();
        }

        using (var host = await StartAsync(_folder.Path))
        {
            var note = host.Services.GetRequiredService<IGrainFactory>().GetGrain<INoteGrain>("заметка/1");
            Assert.Equal("kept", await note.Read());
            await host.StopAsync();
        }
    }

    [Fact]
    public async Task Named_storages_on_one_folder_share_one_database()
    {
        using var host = await StartAsync(_folder.Path);
        var notes = Assert.IsType<SqliteGrainStorage>(host.Services.GetRequiredKeyedService<IGrainStorage>("notes"));
        var others = host.Services.GetRequiredKeyedService<SqliteGrainStorage>("others");

        Assert.Same(notes.Database, others.Database);
        Assert.Same(notes.Database, host.Services.GetRequiredService<ISqliteDatabases>().Get(_folder.Path + "/"));
        await host.Services.GetRequiredService<IGrainFactory>().GetGrain<INoteGrain>("a").Write("findable");
        var found = await notes.FindAsync("note", "$.Text", IndexMatch.Equal, "findable");
        Assert.Equal("a", Assert.Single(found).GrainId.Key.ToString());
        await host.StopAsync();
    }

    [Fact]
    public async Task A_silo_refuses_a_used_data_folder_in_one_sentence()
    {
        await using var owner = new SqliteDatabase(new SqliteDatabaseOptions { DataFolder = _folder.Path });
        await owner.OpenAsync();

        var exception = await Assert.ThrowsAsync<DataFolderException>(() => StartAsync(_folder.Path));

        Assert.Equal(DataFolderProblem.InUse, exception.Problem);
        Assert.Contains(_folder.Path, exception.Message);
    }

    [Fact]
    public async Task An_empty_data_folder_fails_the_start_by_its_name()
    {
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(" "));

        Assert.Contains("DataFolder must name a folder", exception.Message);
    }

    [Fact]
    public async Task A_wrong_index_path_in_configuration_is_named()
    {
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(_folder.Path, indexPath: "Text') --"));

        Assert.Contains("Text') --", exception.Message);
        Assert.Contains("notes", exception.Message);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<IHost> StartAsync(string folder, string indexPath = "$.Text")
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Orleans:GrainStorage:notes:ProviderType"] = "Sqlite",
            ["Orleans:GrainStorage:notes:DataFolder"] = folder,
            ["Orleans:GrainStorage:notes:Indexes:0:StateName"] = "note",
            ["Orleans:GrainStorage:notes:Indexes:0:Path"] = indexPath,
            ["Orleans:GrainStorage:others:ProviderType"] = "Sqlite",
            ["Orleans:GrainStorage:others:DataFolder"] = folder + "/",
        });
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
