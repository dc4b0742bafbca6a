using System.Diagnostics;

namespace JobRequests.Grains;

/// <summary>
/// The spans of a batch's commands: each continues the trace that its gateway began. The first one is current while the batch is written,
/// so that what storage reports appears under it; the others show the same time.
/// </summary>
internal sealed class BatchTrace : IDisposable
{
    private readonly Activity? _before;
    private readonly List<(WorkItem.Command Item, Activity Activity)> _spans;

    private BatchTrace(Activity? before, List<(WorkItem.Command Item, Activity Activity)> spans)
    {
        _before = before;
        _spans = spans;
        Activity.Current = spans[0].Activity;
    }

    /// <returns>Null when nobody collects spans of these commands.</returns>
    public static BatchTrace? Start(IReadOnlyList<WorkItem> batch)
    {
        if (!Telemetry.Source.HasListeners()) return null;

        var before = Activity.Current;
        var spans = new List<(WorkItem.Command Item, Activity Activity)>();
        foreach (var item in batch)
        {
            if (item is not WorkItem.Command { Envelope: var envelope } command) continue;
            ActivityContext.TryParse(envelope.TraceParent, null, isRemote: true, out var parent);
            if (Telemetry.Source.StartActivity($"decide {envelope.Command.Operation}", ActivityKind.Consumer, parent) is not { } span) continue;
            span.SetTag("jobrequests.job", envelope.JobRequestId).SetTag("jobrequests.batch.size", batch.Count);
            if (envelope.Position is { } position)
                span.SetTag("messaging.destination.partition.id", position.Partition).SetTag("messaging.kafka.offset", position.Offset);
            if (envelope.ReadAt is { } readAt) span.AddEvent(new ActivityEvent("read", readAt));
            spans.Add((command, span));
        }

        if (spans.Count > 0) return new BatchTrace(before, spans);
        Activity.Current = before;
        return null;
    }

    /// <summary>From here on the batch is written; what a conflict has decided again says so again.</summary>
    public void Writing()
    {
        foreach (var (_, span) in _spans) span.AddEvent(new ActivityEvent("decided"));
    }

    public void Decided(WorkItem item, Answer answer)
    {
        if (Find(item) is { } span && answer is Answer.Recorded { Entry: var entry })
            span.SetTag("jobrequests.version", entry.Version).SetTag("jobrequests.code", entry.Code);
    }

    /// <summary>The trace of the command that led to an event.</summary>
    public ActivityContext? CauseOf(StoredEvent stored) =>
        _spans.Find(span => span.Item.Envelope.Key == stored.Request && span.Item.Envelope.Caller.Person == stored.By) is { Activity: { } activity }
            ? activity.Context : null;

    public void Dispose()
    {
        foreach (var (_, span) in _spans) span.Dispose();
        Activity.Current = _before;
    }

    private Activity? Find(WorkItem item) => _spans.Find(span => ReferenceEquals(span.Item, item)).Activity;
}
