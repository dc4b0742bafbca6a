using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace JobRequests.Testing.Stub;

/// <summary>A service on real Kestrel that gives the scripted answers, one to each request in order, and remembers the requests.</summary>
internal sealed class StubGateway : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<RequestDelegate> _script = new();
    private readonly ConcurrentQueue<SeenRequest> _seen = new();
    private readonly Channel<SeenRequest> _arrivals = Channel.CreateUnbounded<SeenRequest>();
    private RequestDelegate? _always;

    private StubGateway(WebApplication app) => _app = app;

    public Uri Address { get; private set; } = null!;

    public IReadOnlyList<SeenRequest> Seen => [.. _seen];

    /// <summary>The requests that came without an answer scripted for them.</summary>
    public int Unexpected { get; private set; }

    public static async Task<StubGateway> StartAsync(params IEnumerable<RequestDelegate> answers)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http1));
        var stub = new StubGateway(builder.Build());
        stub._app.Run(stub.AnswerAsync);
        await stub._app.StartAsync();
        stub.Address = new Uri(stub._app.Urls.Single());
        foreach (var answer in answers)
            stub._script.Enqueue(answer);
        return stub;
    }

    public StubGateway Then(RequestDelegate answer)
    {
        _script.Enqueue(answer);
        return this;
    }

    public StubGateway Always(RequestDelegate answer)
    {
        _always = answer;
        return this;
    }

    /// <summary>Waits until the next request has arrived.</summary>
    public async Task<SeenRequest> ArrivalAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return await _arrivals.Reader.ReadAsync(limit.Token);
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var request = new SeenRequest(
            context.Request.Method,
            context.Request.Path + context.Request.QueryString.ToString(),
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            await reader.ReadToEndAsync());
        _seen.Enqueue(request);
        _arrivals.Writer.TryWrite(request);

        if (_script.TryDequeue(out var answer) || (answer = _always) is not null)
        {
            await answer(context);
            return;
        }

        Unexpected++;
        context.Response.StatusCode = StatusCodes.Status501NotImplemented;
    }
}

internal sealed record SeenRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public string? this[string header] => Headers.GetValueOrDefault(header);

    public string? Key => this["Idempotency-Key"];
}
