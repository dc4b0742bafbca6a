using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace JobRequests.Gateway.Tests.Events;

/// <summary>One block of server-sent events: an event, a place, or a heartbeat.</summary>
internal sealed record SentEvent(string? Id, string? Type, string? Data, bool IsHeartbeat)
{
    public JsonNode Json => JsonNode.Parse(Data!)!;
}

/// <summary>A client of a feed that reads what browsers read.</summary>
internal sealed class EventStreamReader : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _lines;

    private EventStreamReader(HttpResponseMessage response, Stream stream)
    {
        _response = response;
        _lines = new StreamReader(stream, Encoding.UTF8);
    }

    /// <summary>The last id that was sent.</summary>
    public string? LastEventId { get; private set; }

    public static async Task<EventStreamReader> OpenAsync(HttpClient client, string path, string person, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "dev-" + person);
        if (lastEventId is not null) request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal((200, "text/event-stream"), ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        return new EventStreamReader(response, await response.Content.ReadAsStreamAsync()) { LastEventId = lastEventId };
    }

    /// <summary>The next block; null at the end.</summary>
    public async Task<SentEvent?> ReadAsync(CancellationToken cancellationToken)
    {
        var block = new SentEvent(null, null, null, false);
        for (var isEmpty = true; await _lines.ReadLineAsync(cancellationToken) is { } line; isEmpty = false)
        {
            if (line.Length == 0)
            {
                if (isEmpty) continue;
                if (block.Id is not null) LastEventId = block.Id;
                return block;
            }

            block = line.Split(": ", 2) switch
            {
                ["id", var id] => block with { Id = id },
                ["event", var type] => block with { Type = type },
                ["data", var data] => block with { Data = data },
                [":"] => block with { IsHeartbeat = true },
                _ => block,
            };
        }

        return null;
    }

    /// <summary>The next event.</summary>
    public async Task<SentEvent> NextAsync()
    {
        using var waitLimit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await ReadAsync(waitLimit.Token) is { } block)
            if (block.Type is not null) return block;
        throw new EndOfStreamException("The feed ended.");
    }

    /// <summary>Ids of the next events of jobs, as <c>job:version</c>.</summary>
    public async Task<List<string>> NextAsync(int count)
    {
        var ids = new List<string>();
        while (ids.Count < count) ids.Add(IdOf(await NextAsync()));
        return ids;
    }

    public static string IdOf(SentEvent sent) => sent.Type == "reload" ? "reload" : $"{sent.Json["jobRequestId"]}:{sent.Json["version"]}";

    /// <summary>Returns when the server has ended the feed, having told everything.</summary>
    public async Task<List<string>> ToEndAsync()
    {
        using var waitLimit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var ids = new List<string>();
        while (await ReadAsync(waitLimit.Token) is { } block)
            if (block.Type is not null) ids.Add(IdOf(block));
        return ids;
    }

    public ValueTask DisposeAsync()
    {
        _lines.Dispose();
        _response.Dispose();
        return default;
    }
}
