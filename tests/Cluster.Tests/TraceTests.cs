using System.Diagnostics;
using System.Text.Json;
using JobRequests.Domain;
using JobRequests.Testing.Backends;
using JobRequests.Testing.Load;
using JobRequests.Testing.Telemetry;

namespace JobRequests.Cluster.Tests;

/// <summary>One trace from the caller through gateway, Kafka, grain, MongoDB and out to <c>finalevents</c>, as a collector sees it.</summary>
[Collection(OneCluster.Name)]
public sealed class TraceTests(ClusterFixture fixture)
{
    private const string Gateway = "jobrequests-gateway";
    private const string Silo = "jobrequests-silo";

    private readonly string _traceId = ActivityTraceId.CreateRandom().ToHexString();
    private readonly string _callersSpan = ActivitySpanId.CreateRandom().ToHexString();

    [Fact]
    public async Task A_command_is_one_trace_up_to_finalevents()
    {
        await using var collector = OtlpCollector.Start();
        await using var cluster = await LocalCluster.StartAsync(silos: 1, gateways: 1, settings:
        [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address.AbsoluteUri),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_BSP_SCHEDULE_DELAY", "200"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "500"),
        ]);

        var job = await AcceptAsync(cluster);

        var spans = await Aftermath.UntilAsync(
            () => collector.Spans.Where(span => span.TraceId == _traceId).ToList(),
            spans => Way(cluster).All(step => spans.Exists(step.Is)) && spans.TrueForAll(span => Ancestors(span, spans)[^1] == _callersSpan),
            $"a span of each step of trace {_traceId}, all of them under the caller's span {_callersSpan}");
        foreach (var step in Way(cluster))
            Assert.Contains(spans, span => step.Is(span)
                && Ancestors(span, spans).Contains(step.Under is null ? _callersSpan : spans.Single(step.Under.Is).Id));
        Assert.All(spans, static span => Assert.InRange(span.Start, 1UL, span.End));
        Assert.StartsWith($"00-{_traceId}-", TraceParentOf(cluster, cluster.Requests, job));
        var publish = spans.Single(static span => span.Name == "publish");
        Assert.Equal($"00-{_traceId}-{publish.Id}-01", TraceParentOf(cluster, cluster.FinalEvents, job));

        await Aftermath.UntilAsync(
            () => collector.Metrics,
            static metrics =>
                metrics.Contains((Gateway, "jobrequests.commands"))
                    && metrics.Contains((Silo, "messaging.client.consumed.messages"))
                    && metrics.Contains((Silo, "db.client.operation.duration")),
            "metrics of gateway and silo");
    }

    [Fact]
    public async Task A_process_is_named_as_it_is_told()
    {
        await using var collector = OtlpCollector.Start();
        await using var cluster = await LocalCluster.StartAsync(silos: 1, gateways: 0, settings:
        [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address.AbsoluteUri),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "500"),
            ("OTEL_SERVICE_NAME", "jobs-of-a-test"),
        ]);

        var metrics = await Aftermath.UntilAsync(() => collector.Metrics, static metrics => metrics.Count > 0, "metrics of the silo");

        Assert.All(metrics, static metric => Assert.Equal("jobs-of-a-test", metric.Service));
    }

    [Fact]
    public async Task Without_a_collector_no_span_is_made()
    {
        var job = await AcceptAsync(fixture.Cluster);

        await Aftermath.UntilAsync(() => EventLog.Read(fixture.Cluster), log => log.Has(job, 2), "the accept is in finalevents");
        Assert.StartsWith($"00-{_traceId}-", TraceParentOf(fixture.Cluster, fixture.Cluster.Requests, job));
        // What publishes an event would have written its span there.
        Assert.Null(TraceParentOf(fixture.Cluster, fixture.Cluster.FinalEvents, job));
    }

    private static Step[] Way(LocalCluster cluster)
    {
        var request = new Step(Gateway, SpanKind.Server, "Microsoft.AspNetCore", "POST");
        var send = new Step(Gateway, SpanKind.Producer, "JobRequests.Gateway", "send accept", request);
        var toRequests = new Step(Gateway, SpanKind.Producer, "JobRequests.Streaming.Kafka", $"send {cluster.Requests}", send);
        var decide = new Step(Silo, SpanKind.Consumer, "JobRequests.Grains", "decide accept", send);
        var write = new Step(Silo, SpanKind.Client, "JobRequests.Persistence.MongoDB", "update", decide);
        var publish = new Step(Silo, SpanKind.Internal, "JobRequests.Grains", "publish", decide);
        var toFinalEvents = new Step(Silo, SpanKind.Producer, "JobRequests.Streaming.Kafka", $"send {cluster.FinalEvents}", publish);
        return [request, send, toRequests, decide, write, publish, toFinalEvents];
    }

    /// <returns>The ids of the spans above it; the last one is not of ours, or has not arrived.</returns>
    private static List<string> Ancestors(Span span, List<Span> spans)
    {
        var ancestors = new List<string> { span.Parent };
        while (spans.Find(other => other.Id == ancestors[^1]) is { } parent)
        {
            Assert.DoesNotContain(parent.Parent, ancestors);
            ancestors.Add(parent.Parent);
        }

        return ancestors;
    }

    private static string? TraceParentOf(LocalCluster cluster, string topic, string job)
    {
        var id = $"{job}:2";
        var last = TopicReader.ReadAll(cluster.Kafka, topic)
            .Last(record => topic == cluster.FinalEvents ? record.Header("ce_id") == id : IsAcceptOf(record.Message, job));
        return last.Header("traceparent");
    }

    private static bool IsAcceptOf(Confluent.Kafka.Message<byte[]?, byte[]?> message, string job)
    {
        if (message.Key is null || System.Text.Encoding.UTF8.GetString(message.Key) != job) return false;
        using var command = JsonDocument.Parse(message.Value);
        return command.RootElement.GetProperty("command").GetProperty("operation").GetString() == "accept";
    }

    // By a client of any make, which has a trace of its own.
    private async Task<string> AcceptAsync(LocalCluster cluster)
    {
        using var caller = new RecordingCaller(cluster.Gateways);
        var key = $"c-{Guid.NewGuid():N}";
        var create = new Request(JobRequestId.Derive("zoe", key), "create", "zoe", key, ["ann", "bob"]);
        Assert.Equal("SUCCESS", (await caller.SendUntilDecidedAsync(create)).Outcome);

        using var http = new HttpClient { BaseAddress = cluster.Gateways[0] };
        using var accept = new HttpRequestMessage(HttpMethod.Post, $"/v1/job-requests/{create.Job}/accept");
        accept.Headers.Authorization = new("Bearer", "dev-ann");
        accept.Headers.Add("Idempotency-Key", "traced");
        accept.Headers.Add("traceparent", $"00-{_traceId}-{_callersSpan}-01");
        using var response = await http.SendAsync(accept);
        Assert.Equal(System.Net.HttpStatusCode.OK, response.StatusCode);
        return create.Job;
    }

    private sealed record Step(string Service, SpanKind Kind, string Source, string Name, Step? Under = null)
    {
        // A span may say more after its verb: the route, the collection.
        public bool Is(Span span) =>
            (span.Service, span.Kind, span.Source) == (Service, Kind, Source)
                && (span.Name == Name || span.Name.StartsWith($"{Name} ", StringComparison.Ordinal));
    }
}
