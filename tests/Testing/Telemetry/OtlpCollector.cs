using System.Collections.Concurrent;
using System.Net;

namespace JobRequests.Testing.Telemetry;

/// <summary>A span as a collector gets it.</summary>
/// <param name="Service">Which process reports it: the resource's <c>service.name</c>.</param>
/// <param name="Source">The instrumentation scope.</param>
/// <param name="Start">Unix time, nanoseconds, as all times of it.</param>
public sealed record Span(
    string Service, string Source, string Name, SpanKind Kind, string TraceId, string Id, string Parent, ulong Start, ulong End,
    IReadOnlyList<SpanEvent> Events)
{
    public override string ToString() => $"{Service}: {Kind} '{Name}' {Id} under {Parent} ({Source})";
}

/// <summary>Something that happened in the course of a span.</summary>
public sealed record SpanEvent(string Name, ulong At);

/// <summary>The numbers of OpenTelemetry's protocol.</summary>
public enum SpanKind
{
    Unspecified,
    Internal,
    Server,
    Client,
    Producer,
    Consumer,
}

/// <summary>Takes what processes export by OpenTelemetry's protocol over HTTP (protobuf), on a port of its own of the loopback address.</summary>
public sealed class OtlpCollector : IAsyncDisposable
{
    private readonly HttpListener _listener;
    private readonly Task _serving;
    private readonly ConcurrentQueue<Span> _spans = new();
    private readonly ConcurrentDictionary<(string Service, string Metric), byte> _metrics = new();

    private OtlpCollector(HttpListener listener, Uri address)
    {
        _listener = listener;
        Address = address;
        _serving = ServeAsync();
    }

    /// <summary>For <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>.</summary>
    public Uri Address { get; }

    /// <summary>Everything so far.</summary>
    public IReadOnlyCollection<Span> Spans => _spans;

    /// <summary>Names of the metrics so far, and who reported them.</summary>
    public ICollection<(string Service, string Metric)> Metrics => _metrics.Keys;

    public static OtlpCollector Start()
    {
        for (var attempt = 1; ; attempt++)
        {
            var address = new Uri($"http://127.0.0.1:{FreePort.Next()}/");
            var listener = new HttpListener { Prefixes = { address.AbsoluteUri } };
            try
            {
                listener.Start();
                return new OtlpCollector(listener, address);
            }
            catch (HttpListenerException) when (attempt < 10)
            {
                // Somebody else has taken the port meanwhile.
                listener.Close();
            }
        }
    }

    /// <summary>Fails when something arrived that could not be read.</summary>
    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
        _listener.Close();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception) when (!_listener.IsListening)
            {
                return;
            }

            var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            var message = WireField.Read(body.ToArray());
            switch (context.Request.Url?.AbsolutePath)
            {
                case "/v1/traces":
                    foreach (var resource in message.All(1)) AddSpans(resource.Fields);
                    break;
                case "/v1/metrics":
                    foreach (var resource in message.All(1)) AddMetrics(resource.Fields);
                    break;
                default:
                    // Logs are taken and forgotten.
                    break;
            }

            // An empty message: all of it was accepted.
            context.Response.ContentType = "application/x-protobuf";
            context.Response.Close();
        }
    }

    private void AddSpans(List<WireField> resource)
    {
        var service = ServiceOf(resource);
        foreach (var scope in resource.All(2).Select(static scope => scope.Fields))
            foreach (var span in scope.All(2).Select(static span => span.Fields))
                _spans.Enqueue(new Span(
                    service,
                    scope.One(1).Fields.One(1).Text,
                    span.One(5).Text,
                    (SpanKind)span.One(6).Scalar,
                    span.One(1).Hex,
                    span.One(2).Hex,
                    span.One(4).Hex,
                    span.One(7).Scalar,
                    span.One(8).Scalar,
                    [.. span.All(11).Select(static happened => new SpanEvent(happened.Fields.One(2).Text, happened.Fields.One(1).Scalar))]));
    }

    private void AddMetrics(List<WireField> resource)
    {
        var service = ServiceOf(resource);
        foreach (var metric in resource.All(2).SelectMany(static scope => scope.Fields.All(2)))
            _metrics.TryAdd((service, metric.Fields.One(1).Text), 0);
    }

    private static string ServiceOf(List<WireField> resource) => resource.One(1).Fields.All(1)
        .Select(static attribute => attribute.Fields)
        .Where(static attribute => attribute.One(1).Text == "service.name")
        .Select(static attribute => attribute.One(2).Fields.One(1).Text)
        .Single();
}
