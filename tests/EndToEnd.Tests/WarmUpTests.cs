using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using JobRequests.Testing;
using JobRequests.Testing.Telemetry;

namespace JobRequests.EndToEnd.Tests;

/// <summary>What a process does for its first callers before it is ready.</summary>
public sealed class WarmUpTests : IDisposable
{
    private const string WarmedUp = "Warmed up in";

    private readonly string _folder = Directory.CreateTempSubdirectory("jobrequests-e2e-").FullName;
    private readonly string _temporary = Directory.CreateTempSubdirectory("jobrequests-e2e-").FullName;

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        Directory.Delete(_temporary, recursive: true);
    }

    [Fact]
    public async Task The_warm_up_ends_before_ready_and_leaves_nothing()
    {
        await using var collector = OtlpCollector.Start();
        await using var server = await StartAsync(_temporary, "00:00:10", new()
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address.AbsoluteUri,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "200",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
        });

        var printed = server.Output;
        Assert.InRange(printed.IndexOf(WarmedUp, StringComparison.Ordinal), 0, printed.IndexOf(" is ready at ", StringComparison.Ordinal));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_temporary, "jobrequests-*"));

        using var http = new HttpClient { BaseAddress = server.Url };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "dev-admin");
        Assert.Empty(JsonNode.Parse(await http.GetStringAsync("/v1/job-requests"))!["items"]!.AsArray());

        // The question above is counted, so what was counted before it has arrived with it.
        while (collector.Metrics.All(static metric => metric.Metric != "http.server.request.duration")
            || collector.Spans.All(static span => span.Kind != SpanKind.Server)) await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.DoesNotContain(collector.Metrics, static metric => metric.Metric.StartsWith("jobrequests.command", StringComparison.Ordinal)
            && metric.Metric is not "jobrequests.commands.in_flight");
        Assert.DoesNotContain(collector.Spans, static span =>
            span.Name.StartsWith("POST", StringComparison.Ordinal) || span.Name.StartsWith("decide", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_limit_of_zero_turns_the_warm_up_off()
    {
        await using var server = await StartAsync(_temporary, "00:00:00", []);
        Assert.DoesNotContain(WarmedUp, server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_warm_up_that_fails_keeps_nobody_from_starting()
    {
        await using var server = await StartAsync(Path.Combine(_temporary, "missing"), "00:00:10", []);
        Assert.Contains("The warm-up failed", server.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("00:00:00.100")]
    [InlineData("00:00:00.800")]
    [InlineData("00:00:01.000")]
    [InlineData("00:00:01.200")]
    public async Task A_warm_up_that_is_cut_off_leaves_nothing_running(string limit)
    {
        await using var server = await StartAsync(_temporary, limit, []);
        using var process = Process.GetProcessById(server.ProcessId);

        for (var (second, isIdle) = (0, false); !isIdle; second++)
        {
            Assert.True(second < 20, "The process is busy though nobody asks it for anything.");
            // How much of a second it works is what is asked.
            var before = process.TotalProcessorTime;
            await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
            process.Refresh();
            isIdle = process.TotalProcessorTime - before < TimeSpan.FromSeconds(0.3);
        }
    }

    private Task<StandaloneServer> StartAsync(string temporary, string limit, Dictionary<string, string> environment)
    {
        environment["TMPDIR"] = temporary;
        environment["WarmUp__Limit"] = limit;
        environment["Logging__LogLevel__JobRequests.ServiceDefaults"] = "Information";
        return StandaloneServer.StartAsync(_folder, environment);
    }
}
