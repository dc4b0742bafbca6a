using JobRequests.Grains.Abstractions;
using JobRequests.Streaming.Kafka;

namespace JobRequests.Verification;

/// <summary>The topics that evidence comes from.</summary>
public enum RecordTopic
{
    Requests,
    FinalEvents,
    DeadLetters,
}

/// <summary>Where records are read from. Reads only; commits nothing.</summary>
public interface IRecordSource : IAsyncDisposable
{
    /// <summary>For messages; without credentials.</summary>
    string Name { get; }

    /// <summary>Whether a topic still holds its first records. Known after the first <see cref="ReadOnAsync"/>.</summary>
    bool IsWhole(RecordTopic topic);

    /// <summary>Whether the consumers had committed a record of <c>requests</c> when <see cref="ReadOnAsync"/> was called last.</summary>
    bool IsFinished(LogPosition position);

    /// <summary>Reads on from where the last call ended, or from the beginning, to what are the ends at the time of the call.</summary>
    /// <exception cref="VerificationException">The topics cannot be read.</exception>
    Task ReadOnAsync(Action<RecordTopic, KafkaRecord> onRecord, CancellationToken cancellationToken);

    /// <summary>The evidence in a record of <c>requests</c>. Thread-safe.</summary>
    RequestEvidence DecodeRequest(KafkaRecord record);

    /// <summary>The evidence in a record of <c>finalevents</c>; null where it is none of the cluster's. Thread-safe.</summary>
    EventEvidence? DecodeEvent(KafkaRecord record);

    /// <summary>The evidence in a record of <c>requests.dead-letter</c>. Thread-safe.</summary>
    DeadLetterEvidence DecodeDeadLetters(KafkaRecord record);
}
