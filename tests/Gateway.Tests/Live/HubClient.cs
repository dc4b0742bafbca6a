using System.Text.Json;
using System.Threading.Channels;
using JobRequests.Gateway.Tests.Hosting;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;

namespace JobRequests.Gateway.Tests.Live;

/// <summary>A client of the hub that keeps what it is told.</summary>
internal sealed class HubClient : IAsyncDisposable
{
    private readonly Channel<(string Key, JsonElement Answer)> _outcomes = Channel.CreateUnbounded<(string, JsonElement)>();
    private readonly Channel<JsonElement> _events = Channel.CreateUnbounded<JsonElement>();

    private HubClient(HubConnection connection)
    {
        Connection = connection;
        connection.On<string, JsonElement>("Outcome", (key, answer) => _outcomes.Writer.TryWrite((key, answer)));
        connection.On<JsonElement>("Event", told => _events.Writer.TryWrite(told));
        connection.On("Reload", () => Reloads++);
    }

    public HubConnection Connection { get; }

    /// <summary>How often it was told to reload.</summary>
    public int Reloads { get; private set; }

    public static Task<HubClient> ConnectAsync(IHttpService host, string person) => ConnectAsync(host.Client.BaseAddress!, person);

    public static async Task<HubClient> ConnectAsync(Uri service, string person, HttpTransportType? transport = null)
    {
        var client = new HubClient(new HubConnectionBuilder()
            .WithUrl(new Uri(service, "/v1/live"), options =>
            {
                options.AccessTokenProvider = () => Task.FromResult<string?>("dev-" + person);
                if (transport is { } only) options.Transports = only;
            })
            .Build());
        await client.Connection.StartAsync();
        return client;
    }

    public Task<JsonElement> SendAsync(string operation, string? job, string? key, object? body = null) =>
        Connection.InvokeAsync<JsonElement>("Send", operation, job, key, body);

    public async Task<(string Key, JsonElement Answer)> OutcomeAsync()
    {
        using var waitLimit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        return await _outcomes.Reader.ReadAsync(waitLimit.Token);
    }

    public async Task<JsonElement> NextEventAsync()
    {
        using var waitLimit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        return await _events.Reader.ReadAsync(waitLimit.Token);
    }

    public async Task<string> EventAsync()
    {
        var told = await NextEventAsync();
        return $"{told.GetProperty("jobRequestId").GetString()}:{told.GetProperty("version").GetInt32()}";
    }

    public ValueTask DisposeAsync() => Connection.DisposeAsync();
}
