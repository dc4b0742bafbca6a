using System.Diagnostics;
using static JobRequests.Grains.Tests.Workbench;

namespace JobRequests.Grains.Tests;

/// <summary>A command's trace goes on through its decision to the publication of what it led to.</summary>
public sealed class TraceTests : IDisposable
{
    private const string AnnsTrace = "0af7651916cd43dd8448eb211c80319c";
    private const string BobsTrace = "4bf92f3577b34da6a3ce929d0e0e4736";

    private readonly Workbench _bench = new();
    private readonly List<Activity> _spans = [];
    private readonly ActivityListener _listener;

    public TraceTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == Telemetry.Name,
            Sample = static (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                // Other tests run at the same time.
                if (span.TraceId.ToHexString() is AnnsTrace or BobsTrace) _spans.Add(span);
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose() => _listener.Dispose();

    [Fact]
    public void The_decision_and_the_publication_belong_to_the_commands_trace()
    {
        _bench.Create();

        Success(_bench.Execute(_bench.Accept("ann") with { TraceParent = $"00-{AnnsTrace}-b7ad6b7169203331-01" }));

        var (decide, publish) = (
            Assert.Single(_spans, span => span.OperationName == "decide accept"), Assert.Single(_spans, span => span.OperationName == "publish"));
        Assert.Equal(("b7ad6b7169203331", 2), (decide.ParentSpanId.ToHexString(), decide.GetTagItem("jobrequests.version")));
        Assert.Equal("decided", Assert.Single(decide.Events).Name);
        Assert.Equal((decide.SpanId, AnnsTrace), (publish.ParentSpanId, _bench.Publisher.Traces[^1]));
        Assert.Null(Activity.Current);
    }

    [Fact]
    public void Each_event_is_published_in_its_commands_trace()
    {
        _bench.Create();
        _bench.Publisher.FailNext();

        _bench.DeliverAll(
            _bench.Decline("ann", key: "k") with { TraceParent = $"00-{AnnsTrace}-b7ad6b7169203331-01" },
            _bench.Decline("bob", key: "k") with { TraceParent = $"00-{BobsTrace}-00f067aa0ba902b7-01" });
        _bench.Pass(TimeSpan.FromSeconds(1));

        Assert.Equal([AnnsTrace, AnnsTrace, BobsTrace], _bench.Publisher.Traces.Skip(1));
    }

    [Fact]
    public void A_command_without_a_valid_trace_is_decided()
    {
        _bench.Create();

        Success(_bench.Execute(_bench.Accept("ann") with { TraceParent = "nonsense" }));

        Assert.Empty(_spans);
    }
}
