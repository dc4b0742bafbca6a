using System.Text;
using System.Text.Json;
using JobRequests.Grains.Abstractions;
using JobRequests.Streaming.Kafka;

namespace JobRequests.Records;

/// <summary>
/// Commands as records of <c>requests</c>: key = job id, value = <see cref="CommandRecord"/>, signed. What comes back from the topic is
/// not trusted: a record that is unsigned, altered, malformed or beyond what its signer may do is dead-lettered.
/// </summary>
internal sealed class CommandRecordCodec(RecordSignature signature, TimeProvider clock) : IKafkaRecordEncoder, IKafkaRecordDecoder
{
    private static readonly CommandRecordJson Json = new(new JsonSerializerOptions(CommandRecordJson.Default.Options) { Encoder = PlainTextEncoder.Instance });

    private static readonly KafkaHeader TypeHeader = RecordHeaders.Text(RecordHeaders.Type, CommandRecord.TypeName);
    private static readonly KafkaHeader ContentTypeHeader = RecordHeaders.Text(RecordHeaders.ContentType, "application/json");

    public KafkaOutgoingRecord Encode(StreamId stream, object item)
    {
        var envelope = (CommandEnvelope)item;
        var key = Encoding.UTF8.GetBytes(envelope.JobRequestId);
        var value = JsonSerializer.SerializeToUtf8Bytes(CommandRecord.From(envelope), Json.CommandRecord);
        List<KafkaHeader> headers =
        [
            TypeHeader,
            ContentTypeHeader,
            RecordHeaders.Text(RecordHeaders.Signature, signature.Sign(CommandRecord.TypeName, key, value)),
        ];
        if (envelope.TraceParent is { } traceParent) headers.Add(RecordHeaders.Text(RecordHeaders.TraceParent, traceParent));
        return new KafkaOutgoingRecord(key, value, headers);
    }

    public KafkaDecodeResult Decode(KafkaRecord record)
    {
        var (command, problem) = Read(record);
        return command is null
            ? new KafkaDecodeResult.DeadLetter(problem)
            : new KafkaDecodeResult.Deliver(StreamId.Create(StreamNames.Requests, command.JobRequestId), command);
    }

    /// <summary>The command, or what is wrong with the record. Needs no part of Orleans: jobctl reads so.</summary>
    internal (CommandEnvelope? Command, string Problem) Read(KafkaRecord record)
    {
        if (record.Key is not { } key || record.Value is not { } value) return (null, "The record lacks its key or its value.");
        if (record.Headers.FindText(RecordHeaders.Type) is var type && type != CommandRecord.TypeName)
            return (null, $"The record's header {RecordHeaders.Type} is "
                + $"{(type is null ? "missing" : "not one that this version knows")}; commands are '{CommandRecord.TypeName}'.");
        if (record.Headers.Find(RecordHeaders.Signature) is not { } code) return (null, "The record is not signed.");
        if (signature.Verify(code.Span, type, key, value, out var reason) is not { } signer)
            return (null, $"The record is refused: {reason}.");

        CommandRecord? command;
        try
        {
            command = JsonSerializer.Deserialize(value.Span, Json.CommandRecord);
        }
        // A command without its operation is "not supported".
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            return (null, $"The value is not a command of this version: {exception.Message}");
        }

        return command is null ? (null, "The value is null.") : Read(record, key, command, signer);
    }

    private (CommandEnvelope? Command, string Problem) Read(KafkaRecord record, ReadOnlyMemory<byte> key, CommandRecord command, Signer signer)
    {
        if (command.Admin && !signer.MayActAsAdmin) return (null, $"Key '{signer.KeyId}' may not send commands of administrators.");
        if (!signer.MayActFor(command.Caller)) return (null, $"Key '{signer.KeyId}' may not act for this caller.");

        var caller = new Caller(command.Caller, command.Admin);
        var envelope = new CommandEnvelope(
            command.Job,
            caller,
            command.Key,
            command.Fingerprint ?? Fingerprint.Of(command.Job, caller, command.IfMatch, command.Command),
            command.ReceivedAt,
            command.NotAfter,
            command.IfMatch,
            command.Command,
            record.Headers.FindText(RecordHeaders.TraceParent),
            new LogPosition(record.Partition, record.Offset),
            record.Timestamp,
            record.ReadAt ?? clock.GetUtcNow(),
            signer.IsCluster ? null : signer.KeyId);
        if (CommandRules.WhatIsWrongWith(envelope) is { } problem) return (null, $"The command breaks a rule: {problem}.");
        if (!key.Span.SequenceEqual(Encoding.UTF8.GetBytes(command.Job))) return (null, "The record's key is not the command's job.");
        return (envelope, "");
    }
}
