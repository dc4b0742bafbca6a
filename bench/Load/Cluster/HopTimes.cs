using JobRequests.Testing.Telemetry;

namespace JobRequests.Bench;

/// <summary>Where the time of one command went, milliseconds, each hop from where the one before it ends.</summary>
internal sealed record HopTimes(double Total, double Http, double Gateway, double Kafka, double Queue, double Decide, double Write, double Answer)
{
    /// <summary>The hops by name, in the order of the way.</summary>
    public static readonly (string Name, Func<HopTimes, double> Of)[] Hops =
    [
        ("HTTP, there and back", static times => times.Http),
        ("gateway, before produce", static times => times.Gateway),
        ("Kafka, from produce to read", static times => times.Kafka),
        ("silo, queue", static times => times.Queue),
        ("silo, decide", static times => times.Decide),
        ("MongoDB, write", static times => times.Write),
        ("answer, from write to gateway", static times => times.Answer),
        ("total", static times => times.Total),
    ];

    /// <param name="total">As the caller saw it, milliseconds.</param>
    /// <param name="trace">The spans of its trace.</param>
    /// <returns>Null when a span or an event of the way is missing.</returns>
    public static HopTimes? Of(double total, IReadOnlyCollection<Span> trace)
    {
        var request = trace.FirstOrDefault(static span => span.Kind == SpanKind.Server && span.Source == "Microsoft.AspNetCore");
        var produce = trace.FirstOrDefault(static span => span.Kind == SpanKind.Producer
            && span.Source == "JobRequests.Streaming.Kafka"
            && span.Name.EndsWith("requests", StringComparison.Ordinal));
        var decide = trace.Where(static span => span.Name.StartsWith("decide ", StringComparison.Ordinal)).MinBy(static span => span.Start);
        if (request is null || produce is null || decide is null) return null;
        if (At(decide, "read") is not { } read || At(decide, "decided") is not { } decided) return null;
        return new HopTimes(
            total,
            total - Between(request.Start, request.End),
            Between(request.Start, produce.Start),
            Between(produce.Start, read),
            Between(read, decide.Start),
            Between(decide.Start, decided),
            Between(decided, decide.End),
            Between(decide.End, request.End));
    }

    // A batch that was decided again after a conflict says so again.
    private static ulong? At(Span span, string name) => span.Events.LastOrDefault(happened => happened.Name == name)?.At;

    private static double Between(ulong start, ulong end) => ((double)end - start) / 1e6;
}
