using System.Diagnostics.CodeAnalysis;
using JobRequests.Streaming.Kafka.Consuming;
using Microsoft.Extensions.Logging;
using Orleans.Streams;

namespace JobRequests.Streaming.Kafka.Streams;

/// <summary>
/// The records of a partition that were read and are not yet delivered, a list for each stream. A cursor takes what has gathered for its
/// stream as one batch; a record is finished when every cursor of its stream has moved past it.
/// </summary>
/// <remarks>Called by one agent on its own scheduler: no locks.</remarks>
internal sealed partial class KafkaQueueCache(
    KafkaPartition partition,
    IKafkaDeadLetterWriter deadLetterWriter,
    KafkaStreamOptions options,
    ILogger logger,
    BlockedStreams? streamBlocks = null,
    IKafkaConsumptionGate? gate = null,
    KafkaBatchOrigin origin = default,
    IServiceProvider? services = null,
    bool isFiltered = false) : IQueueCache
{
    /// <summary>The consumer takes items of another type.</summary>
    public const string UnexpectedType = "unexpected-type";

    private const string DeliveryFailed = "delivery-failed";
    private const string Blocked = "blocked";

    private readonly BlockedStreams _blocks = streamBlocks ?? new BlockedStreams();
    private readonly Dictionary<StreamId, CachedStream> _streams = [];
    private readonly HashSet<CachedStream> _unattended = [];
    private readonly Dictionary<Guid, IQueueCacheCursor> _pins = [];
    private List<StreamId> _reminders = [];
    private DeliveryDrain? _drain;

    public bool HasSpace => partition.CachedRecords < options.MaxCachedRecords && partition.CachedBytes < options.MaxCachedBytes;

    // The agent must never be told to take nothing: it would return before it purges.
    public int GetMaxAddCount() => options.MaxBatchRecords;

    // The receiver waits for space; it is not the agent's business.
    public bool IsUnderPressure() => false;

    public void AddToCache(IList<IBatchContainer> messages)
    {
        foreach (ReceivedRecords received in messages)
        {
            // Since they were received a block may have begun.
            HoldBlocked(received);
            if (received.Records.Count == 0) continue;
            if (!_streams.TryGetValue(received.StreamId, out var stream)) _streams[received.StreamId] = stream = new CachedStream(received.StreamId);
            stream.Records.AddRange(received.Records);
            if (stream.Cursors.Count == 0) _unattended.Add(stream);
        }
    }

    /// <summary>
    /// The agent purges only while it registers no stream: a stream without a cursor is then one that no grain subscribes to. Unless its
    /// delivery was broken off: the agent is then reminded of it.
    /// </summary>
    public bool TryPurgeFromCache([MaybeNullWhen(false)] out IList<IBatchContainer> purgedItems)
    {
        purgedItems = null;
        if (_unattended.Count == 0) return false;
        foreach (var stream in _unattended.Where(stream => !stream.IsInterrupted).ToArray())
        {
            _unattended.Remove(stream);
            _streams.Remove(stream.Id);
            stream.Records.RemoveAll(static record => record.IsDeadLettered);
            if (stream.Records.Count == 0) continue;
            KafkaTelemetry.Unconsumed.Add(stream.Records.Count, KafkaTelemetry.Tags(options.Topic, partition.Index));
            LogUnconsumed(stream.Id, stream.Records.Count, options.Topic, partition.Index);
            foreach (var record in stream.Records) partition.Leave(record.Tracked);
        }

        return false;
    }

    // Whatever the token says: not rewindable, and what has not been delivered must be.
    public IQueueCacheCursor GetCacheCursor(StreamId streamId, StreamSequenceToken? token)
    {
        if (!_streams.TryGetValue(streamId, out var stream)) _streams[streamId] = stream = new CachedStream(streamId);
        stream.IsInterrupted = false;
        _unattended.Remove(stream);
        return new Cursor(this, stream);
    }

    /// <summary>Keeps what a stream has and gets, for a subscription that has no cursor yet.</summary>
    public void Pin(StreamId streamId, Guid subscription)
    {
        if (!_pins.ContainsKey(subscription)) _pins[subscription] = GetCacheCursor(streamId, null);
    }

    /// <summary>The subscription has its cursor, or has ended.</summary>
    public void Unpin(Guid subscription)
    {
        if (_pins.Remove(subscription, out var pin)) pin.Dispose();
    }

    /// <summary>Streams that the agent has forgotten although they have undelivered records.</summary>
    public List<StreamId> TakeReminders()
    {
        if (_reminders.Count == 0) return _reminders;
        var taken = _reminders;
        _reminders = [];
        return taken;
    }

    /// <summary>The agent stops: from now on the drain learns how deliveries end.</summary>
    public DeliveryDrain Drain() =>
        _drain ??= new DeliveryDrain(_streams.Values.SelectMany(stream => stream.Cursors).Select(cursor => cursor.UnderWay).OfType<KafkaBatchContainer>());

    /// <summary>Finishes what was handled while the agent was stopping.</summary>
    public void FinishDrained()
    {
        foreach (var cursor in _streams.Values.SelectMany(stream => stream.Cursors).Where(cursor => cursor.UnderWay is { IsDelivered: true }).ToArray())
            cursor.Finish();
    }

    private void Detach(CachedStream stream, Cursor cursor, bool isInterrupted)
    {
        stream.Cursors.Remove(cursor);
        if (stream.Cursors.Count > 0)
        {
            Release(stream);
            return;
        }

        if (stream.Records.Count == 0)
        {
            _streams.Remove(stream.Id);
            return;
        }

        _unattended.Add(stream);
        stream.IsInterrupted |= isInterrupted;
        if (!stream.IsInterrupted || partition.IsStopping) return;
        _reminders.Add(stream.Id);
        partition.Buffer.Wake();
    }

    /// <summary>Lets go of what all cursors have passed.</summary>
    private void Release(CachedStream stream)
    {
        var passed = stream.Cursors.Min(cursor => cursor.Next) - stream.Base;
        if (passed <= 0) return;
        var delivered = 0;
        for (var i = 0; i < passed; i++)
        {
            if (stream.Records[i].IsDeadLettered) continue;
            delivered++;
            partition.Leave(stream.Records[i].Tracked);
        }

        stream.Records.RemoveRange(0, (int)passed);
        stream.Base += passed;
        if (delivered > 0) KafkaTelemetry.Delivered.Add(delivered, KafkaTelemetry.Tags(options.Topic, partition.Index));
    }

    private bool IsStopping => partition.IsStopping;

    [LoggerMessage(
        Level = LogLevel.Warning, Message = "No grain subscribes to stream {StreamId}: {Count} records of partition {Partition} of {Topic} were not consumed.")]
    private partial void LogUnconsumed(StreamId streamId, int count, string topic, int partition);
}
