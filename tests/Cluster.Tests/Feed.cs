using System.Net;
using System.Net.Http.Headers;

namespace JobRequests.Cluster.Tests;

/// <summary>The server-sent events of one person, read one by one.</summary>
internal sealed class Feed(HttpResponseMessage response, StreamReader lines, string? lastEventId) : IAsyncDisposable
{
    private static readonly HttpClient Http = new() { Timeout = Timeout.InfiniteTimeSpan };

    public string? LastEventId { get; private set; } = lastEventId;

    public string? LastRead { get; private set; }

    public static async Task<Feed> OpenAsync(Uri gateway, string person, string? lastEventId)
    {
        // A gateway that has just started says so until it knows where the topic ends.
        var response = await SendAsync(gateway, person, lastEventId);
        for (var waitLimit = Task.Delay(TimeSpan.FromSeconds(60)); response.StatusCode == HttpStatusCode.ServiceUnavailable && !waitLimit.IsCompleted;)
        {
            response.Dispose();
            // It can only be asked again.
            await Task.Delay(TimeSpan.FromMilliseconds(100));
            response = await SendAsync(gateway, person, lastEventId);
        }

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var feed = new Feed(response, new StreamReader(await response.Content.ReadAsStreamAsync()), lastEventId);
        // Where it begins is told first.
        while (feed.LastEventId is null) await feed.ReadBlockAsync();
        return feed;
    }

    public async Task<string> NextAsync() => await NextOrEndAsync() ?? throw new EndOfStreamException("The feed ended.");

    public async Task<string?> NextOrEndAsync()
    {
        try
        {
            while (await ReadBlockAsync() is { } block)
                if (block.Type is not null) return LastRead = Id(block.Type, block.Data);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            // Killed: what was cut off was not read.
        }

        return null;
    }

    public ValueTask DisposeAsync()
    {
        lines.Dispose();
        response.Dispose();
        return default;
    }

    private static async Task<HttpResponseMessage> SendAsync(Uri gateway, string person, string? lastEventId)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, new Uri(gateway, "/v1/events"));
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", $"dev-{person}");
        if (lastEventId is not null) message.Headers.Add("Last-Event-ID", lastEventId);
        return await Http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
    }

    private static string Id(string type, string? data)
    {
        Assert.NotEqual("reload", type);
        using var json = System.Text.Json.JsonDocument.Parse(data!);
        return $"{json.RootElement.GetProperty("jobRequestId").GetString()}:{json.RootElement.GetProperty("version").GetInt32()}";
    }

    private async Task<(string? Type, string? Data)?> ReadBlockAsync()
    {
        using var waitLimit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        string? id = null, type = null, data = null;
        while (await lines.ReadLineAsync(waitLimit.Token) is { } line)
        {
            if (line.Length == 0)
            {
                LastEventId = id ?? LastEventId;
                return (type, data);
            }

            if (line.StartsWith("id: ", StringComparison.Ordinal)) id = line[4..];
            else if (line.StartsWith("event: ", StringComparison.Ordinal)) type = line[7..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal)) data = line[6..];
        }

        return null;
    }
}
