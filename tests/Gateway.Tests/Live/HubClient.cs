using System.Text.Json;
using System.Threading.Channels;
using JobRequests.Gateway.Tests.Hosting;
using Microsoft.AspNetCore.SignalR.Client;

namespace JobRequests.Gateway.Tests.Live;

/// <summary>A client of the hub that keeps what it is told.</summary>
internal sealed class HubClient : IAsyncDisposable
{
    private readonly Channel<(string Key, JsonElement Answer)> outcomes = Channel.CreateUnbounded<(string, JsonElement)>();
    private readonly Channel<JsonElement> events = Channel.CreateUnbounded<JsonElement>();

    private HubClient(HubConnection connection)
    {
        Connection = connection;
        connection.On<string, JsonElement>("Outcome", (key, answer) => outcomes.Writer.TryWrite((key, answer)));
        connection.On<JsonElement>("Event", told => events.Writer.TryWrite(told));
    }

    public HubConnection Connection { get; }

    public static async Task<HubClient> ConnectAsync(IHttpService host, string person)
    {
        var client = new HubClient(new HubConnectionBuilder()
            .WithUrl(new Uri(host.Client.BaseAddress!, "/v1/live"), options => options.AccessTokenProvider = () => Task.FromResult<string?>("dev-" + person))
            .Build());
        await client.Connection.StartAsync();
        return client;
    }

    public Task<JsonElement> SendAsync(string operation, string? job, string? key, object? body = null) => Connection.InvokeAsync<JsonElement>("Send", operation, job, key, body);

    public async Task<(string Key, JsonElement Answer)> OutcomeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        return await outcomes.Reader.ReadAsync(patience.Token);
    }

    public async Task<string> EventAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var told = await events.Reader.ReadAsync(patience.Token);
        return $"{told.GetProperty("jobRequestId").GetString()}:{told.GetProperty("version").GetInt32()}";
    }

    public ValueTask DisposeAsync() => Connection.DisposeAsync();
}
