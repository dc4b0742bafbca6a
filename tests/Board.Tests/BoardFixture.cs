using JobRequests.Client;
using JobRequests.Testing;

[assembly: AssemblyFixture(typeof(JobRequests.Board.Tests.BoardFixture))]

// Each test has several browsers and looks at how soon they hear of each other.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace JobRequests.Board.Tests;

/// <summary>One built Standalone and one browser for all tests. Tests keep apart by the names of their people.</summary>
public sealed class BoardFixture : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("jobrequests-board-").FullName;
    private readonly Browsers _browsers = new();
    private StandaloneServer? _server;
    private int _people;

    public string Url => _server!.Url.ToString().TrimEnd('/');

    public async ValueTask InitializeAsync() => _server = await StandaloneServer.StartAsync(_folder);

    public async ValueTask DisposeAsync()
    {
        await _browsers.DisposeAsync();
        if (_server is not null) await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A folder for a server of a test's own; it goes with the fixture.</summary>
    public string NewFolder() => Directory.CreateDirectory(Path.Combine(_folder, Guid.NewGuid().ToString("N"))).FullName;

    /// <summary>A name that nobody else has.</summary>
    public string Name(string person) => $"{person}-{Interlocked.Increment(ref _people)}";

    public JobRequestsClient ClientOf(string person) => new(
        new HttpClient { BaseAddress = new Uri(Url) },
        new JobRequestsClientOptions { AccessToken = _ => ValueTask.FromResult<string?>($"dev-{person}"), Caller = person });

    /// <summary>Creates a job over HTTP.</summary>
    public async Task<string> CreateAsync(string requester, string title, params string[] candidates)
    {
        var created = await ClientOf(requester).CreateAsync(new NewJob { Title = title, Candidates = candidates, Tasks = [new NewTask("t1", "windows")] });
        return Assert.IsType<CommandResult.Succeeded>(created).JobRequestId;
    }

    /// <summary>A browser of its own: nothing is shared with another one.</summary>
    public Task<Visitor> VisitAsync(string? person, string address = "#/", bool dark = false, int width = 390, int height = 780, bool bypassPolicy = false,
        bool keepsPages = false, string? script = null, string? zone = null) =>
        _browsers.VisitAsync(_server!.Url, person, address, dark, width, height, bypassPolicy, keepsPages, script, zone);
}
