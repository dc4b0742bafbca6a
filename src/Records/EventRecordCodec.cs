using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using JobRequests.Grains.Abstractions;
using JobRequests.Streaming.Kafka;

namespace JobRequests.Records;

/// <summary>
/// Facts as records of <c>finalevents</c>: key = job id, value = <see cref="EventRecord"/>, CloudEvents attributes as headers, signed by
/// the cluster. Anyone may read them with any client; only the cluster's own events reach the views.
/// </summary>
internal sealed class EventRecordCodec(RecordSignature signature) : IKafkaRecordEncoder, IKafkaRecordDecoder
{
    private const string TypePrefix = "jobrequests.";
    private const string TypeSuffix = ".v1";

    private static readonly KafkaHeader SpecVersionHeader = RecordHeaders.Text(RecordHeaders.SpecVersion, "1.0");
    private static readonly KafkaHeader SourceHeader = RecordHeaders.Text(RecordHeaders.Source, "/jobrequests");
    private static readonly KafkaHeader ContentTypeHeader = RecordHeaders.Text(RecordHeaders.ContentType, "application/json");

    public KafkaOutgoingRecord Encode(StreamId stream, object item)
    {
        var jobEvent = (JobEvent)item;
        var type = $"{TypePrefix}{jobEvent.Type}{TypeSuffix}";
        var key = Encoding.UTF8.GetBytes(jobEvent.JobRequestId);
        var value = EventJson.Write(jobEvent);
        List<KafkaHeader> headers =
        [
            SpecVersionHeader,
            RecordHeaders.Text(RecordHeaders.Id, $"{jobEvent.JobRequestId}:{jobEvent.Version.ToString(CultureInfo.InvariantCulture)}"),
            SourceHeader,
            RecordHeaders.Text(RecordHeaders.Type, type),
            RecordHeaders.Text(RecordHeaders.Subject, jobEvent.JobRequestId),
            RecordHeaders.Text(RecordHeaders.Time, jobEvent.At.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)),
            ContentTypeHeader,
            RecordHeaders.Text(RecordHeaders.Signature, signature.Sign(type, key, value)),
        ];
        if (Activity.Current?.Id is { } traceParent) headers.Add(RecordHeaders.Text(RecordHeaders.TraceParent, traceParent));
        return new KafkaOutgoingRecord(key, value, headers);
    }

    public KafkaDecodeResult Decode(KafkaRecord record)
    {
        var (jobEvent, problem) = Read(record);
        return jobEvent is null
            ? new KafkaDecodeResult.DeadLetter(problem)
            : new KafkaDecodeResult.Deliver(StreamId.Create(StreamNames.FinalEvents, ViewShards.Of(jobEvent.JobRequestId)), jobEvent);
    }

    /// <summary>The event, or what is wrong with the record. Needs no part of Orleans: jobctl reads so.</summary>
    internal (JobEvent? Event, string Problem) Read(KafkaRecord record)
    {
        if (record.Key is not { } key || record.Value is not { } value) return (null, "The record lacks its key or its value.");
        if (record.Headers.FindText(RecordHeaders.Type) is not { } type || record.Headers.Find(RecordHeaders.Signature) is not { } code)
            return (null, "The record is not signed.");
        if (signature.Verify(code.Span, type, key, value, out var reason) is not { } signer)
            return (null, $"The record is refused: {reason}.");
        if (!signer.IsCluster) return (null, $"Key '{signer.KeyId}' may not publish events.");

        try
        {
            var jobEvent = EventJson.Read(value.Span);
            if (!key.Span.SequenceEqual(Encoding.UTF8.GetBytes(jobEvent.JobRequestId)))
                return (null, "The record's key is not the event's job.");
            return (jobEvent, "");
        }
        catch (JsonException exception)
        {
            return (null, $"The value is not an event of this version: {exception.Message}");
        }
    }
}
