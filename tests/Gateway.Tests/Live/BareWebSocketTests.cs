using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using JobRequests.Gateway.Tests.Events;
using JobRequests.Gateway.Tests.Hosting;

namespace JobRequests.Gateway.Tests.Live;

/// <summary>The hub's protocol without a library, as a browser's socket carries it: the token is in the address.</summary>
public sealed class BareWebSocketTests
{
    private const char End = '\u001e';

    [Fact]
    public async Task A_bare_socket_sends_a_command_and_hears_its_outcome()
    {
        await using var host = await FeedHost.StartAsync();
        using var socket = await OpenAsync(host, "dev-zoe");

        await SendAsync(socket, """{"type":1,"invocationId":"1","target":"Send","arguments":["cancel","5f0c6a52-7d0f-5b9c-9a60-000000000001","k1",null]}""");

        var (completed, outcome) = (await ReadAsync(socket, "invocationId"), await ReadAsync(socket, "target"));
        Assert.Equal("""{"accepted":true}""", completed["result"]!.ToJsonString());
        Assert.Equal(("Outcome", "k1", "SUCCESS"),
            (outcome["target"]!.ToString(), outcome["arguments"]![0]!.ToString(), outcome["arguments"]![1]!["outcome"]!.ToString()));
        Assert.DoesNotContain(host.Gateway.Logs.Lines, line => line.Contains("dev-zoe", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/v1/live", "dev-zoe", true)]
    [InlineData("/v1/live", "zoe", false)]
    [InlineData("/v1/events", "dev-zoe", false)]
    public async Task A_token_in_the_address_counts_for_the_hub_alone(string path, string token, bool isKnown)
    {
        await using var host = await FeedHost.StartAsync();

        var answer = await host.SendAsync(
            HttpMethod.Post, $"{path}{(path == "/v1/live" ? "/negotiate" : "")}?negotiateVersion=1&access_token={token}", null, person: null);

        Assert.Equal(isKnown, answer.Status == 200);
        Assert.Equal(!isKnown, answer.Status is 401 or 405);
    }

    [Fact]
    public async Task Junk_between_calls_ends_its_own_connection_alone()
    {
        await using var host = await FeedHost.StartAsync();
        using var junk = await OpenAsync(host, "dev-eve");
        using var socket = await OpenAsync(host, "dev-zoe");

        await SendAsync(junk, "{ this is no message");
        var buffer = new byte[4096];
        while ((await junk.ReceiveAsync(buffer, CancellationToken.None)).MessageType != WebSocketMessageType.Close) { }

        await SendAsync(socket, """{"type":1,"invocationId":"1","target":"WatchMine","arguments":[]}""");
        Assert.Equal("true", (await ReadAsync(socket, "invocationId"))["result"]!["watching"]!.ToJsonString());
    }

    private static async Task<ClientWebSocket> OpenAsync(FeedHost host, string token)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://{host.Client.BaseAddress!.Authority}/v1/live?access_token={token}"), CancellationToken.None);
        await SendAsync(socket, """{"protocol":"json","version":1}""");
        return socket;
    }

    private static Task SendAsync(ClientWebSocket socket, string message) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(message + End), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    // The next message that has the member: others are pings and the like.
    private static async Task<JsonNode> ReadAsync(ClientWebSocket socket, string member)
    {
        using var waitLimit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var received = Received.GetOrCreateValue(socket);
        while (true)
        {
            var index = received.FindIndex(message => message[member] is not null);
            if (index >= 0)
            {
                var found = received[index];
                received.RemoveAt(index);
                return found;
            }

            var text = new StringBuilder();
            var buffer = new byte[4096];
            ValueWebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(buffer.AsMemory(), waitLimit.Token);
                text.Append(Encoding.UTF8.GetString(buffer, 0, part.Count));
            }
            while (!part.EndOfMessage);
            received.AddRange(text.ToString().Split(End, StringSplitOptions.RemoveEmptyEntries).Select(message => JsonNode.Parse(message)!));
        }
    }

    private static readonly System.Runtime.CompilerServices.ConditionalWeakTable<ClientWebSocket, List<JsonNode>> Received = [];
}
