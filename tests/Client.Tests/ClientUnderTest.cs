using JobRequests.Testing.Stub;

namespace JobRequests.Client.Tests;

/// <summary>A client with a fake clock and a store to look into, and the stub it talks to.</summary>
internal sealed class ClientUnderTest : IAsyncDisposable
{
    // A client that waits for a moment no test lets pass would wait for ever: then time runs out, and the test fails by what it sees.
    private readonly Timer _watchdog;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });

    private ClientUnderTest(StubGateway gateway, Action<JobRequestsClientOptions>? configure)
    {
        Gateway = gateway;
        Options = new JobRequestsClientOptions
        {
            BaseAddress = gateway.Address,
            AccessToken = _ => ValueTask.FromResult<string?>("dev-ann"),
            Caller = "dev-ann",
            AnswerGrace = PauseClock.Grace,
        };
        configure?.Invoke(Options);
        Client = new JobRequestsClient(_http, Options, Store, Clock);
        _watchdog = new Timer(_ => Clock.Advance(TimeSpan.FromDays(365)), null, TimeSpan.FromSeconds(20), Timeout.InfiniteTimeSpan);
    }

    public StubGateway Gateway { get; }

    public JobRequestsClientOptions Options { get; }

    public PauseClock Clock { get; } = new();

    public InMemoryPendingRequestStore Store { get; } = new();

    public JobRequestsClient Client { get; }

    public static async Task<ClientUnderTest> StartAsync(params IEnumerable<Microsoft.AspNetCore.Http.RequestDelegate> answers) =>
        new(await StubGateway.StartAsync(answers), null);

    public static ClientUnderTest At(StubGateway gateway, Action<JobRequestsClientOptions> configure) => new(gateway, configure);

    public async Task<PendingRequest?> SavedAsync() => (await Store.ListAsync()).SingleOrDefault();

    public async ValueTask DisposeAsync()
    {
        await _watchdog.DisposeAsync();
        _http.Dispose();
        await Gateway.DisposeAsync();
        Assert.Equal(0, Gateway.Unexpected);
    }
}
