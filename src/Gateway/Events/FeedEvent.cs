using System.Text.Json;

namespace JobRequests.Gateway.Events;

/// <summary>An event and its position in the feed. Its JSON is made once for each kind of reader.</summary>
/// <param name="jobEvent">The event, whole.</param>
/// <param name="sequence">Counts the events of this gateway.</param>
/// <param name="partition">Its partition of the log.</param>
/// <param name="offset">Its offset there.</param>
/// <param name="cursor">The cursor after it.</param>
internal sealed class FeedEvent(JobEvent jobEvent, long sequence, int partition, long offset, string cursor)
{
    private volatile JobAudience? _audience;
    private byte[]? _everything;
    private byte[]? _others;

    public JobEvent Event => jobEvent;

    public long Sequence => sequence;

    public int Partition => partition;

    public long Offset => offset;

    public string Cursor => cursor;

    /// <summary>Null until it is looked up.</summary>
    public JobAudience? Audience
    {
        get => _audience;
        set => _audience = value;
    }

    /// <summary>The event as JSON for a reader. Two threads may make it at once: the result is the same.</summary>
    public ReadOnlyMemory<byte> JsonFor(EventRole role, string person)
    {
        if (role == EventRole.Everything) return _everything ??= ToJson(jobEvent);
        return jobEvent.Concerns(person) ? ToJson(jobEvent.ForCandidate(person)) : _others ??= ToJson(jobEvent.ForCandidate(person));
    }

    public static byte[] ToJson(JobEvent jobEvent) => JsonSerializer.SerializeToUtf8Bytes(FeedEventBody.From(jobEvent), GatewayJson.Wire.FeedEventBody);
}

/// <summary>An event of the feed: as in its job's history, with the job it belongs to.</summary>
internal sealed record FeedEventBody(string JobRequestId, int Version, string Type, DateTimeOffset At, string? By, int Epoch, JobEventData Data)
{
    public static FeedEventBody From(JobEvent e) => new(e.JobRequestId, e.Version, e.Type, e.At, e.By, e.Epoch, e.Data);
}
