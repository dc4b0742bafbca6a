namespace JobRequests.Streaming.Kafka;

/// <summary>
/// Reads records for one stream provider: register it as a keyed singleton under the provider's name. Without one, records are read
/// as <see cref="IKafkaRecordEncoder"/>'s default writes them.
/// </summary>
public interface IKafkaRecordDecoder
{
    /// <summary>
    /// Decides what becomes of a record, by itself: the neighbours of a bad record are delivered. Called by several threads at once.
    /// An exception dead-letters the record, as <see cref="KafkaDecodeResult.DeadLetter"/> does.
    /// </summary>
    KafkaDecodeResult Decode(KafkaRecord record);
}

/// <summary>What becomes of a record: delivered, dead-lettered or skipped.</summary>
public abstract record KafkaDecodeResult
{
    private KafkaDecodeResult()
    {
    }

    /// <summary>
    /// The record is an event of a stream. Any number of keys may go to one stream. The key must suit the grains that subscribe: with a
    /// key that is no GUID, a grain keyed by GUID can never be reached and its partition stands still.
    /// </summary>
    /// <param name="Stream">The stream; its key is not empty.</param>
    /// <param name="Item">The event, immutable.</param>
    public sealed record Deliver(StreamId Stream, object Item) : KafkaDecodeResult
    {
        /// <summary>Orleans' request context for the consumer and its call filters. Records are delivered together while it is the same.</summary>
        public IReadOnlyDictionary<string, object>? RequestContext { get; init; }
    }

    /// <summary>The record cannot be read or breaks the contract: it is copied, raw, to the dead-letter topic.</summary>
    /// <param name="Reason">Why, for the one who looks at it later; no secrets.</param>
    public sealed record DeadLetter(string Reason) : KafkaDecodeResult;

    /// <summary>The record is of no interest here.</summary>
    public sealed record Skip : KafkaDecodeResult
    {
        private Skip()
        {
        }

        /// <summary>The only one.</summary>
        public static Skip Instance { get; } = new();
    }
}

/// <summary>
/// Writes records for one stream provider: register it as a keyed singleton under the provider's name. Without one, the key is the
/// stream's key, a header names the stream's namespace, and the value is the item in Orleans' own serialization.
/// </summary>
public interface IKafkaRecordEncoder
{
    /// <summary>
    /// Makes one record of one item, in the producer's call: what of <see cref="RequestContext"/> is to travel, it puts into headers. Called by
    /// several threads at once. What it throws refuses the whole call of the producer.
    /// </summary>
    KafkaOutgoingRecord Encode(StreamId stream, object item);
}
