using Microsoft.Extensions.Logging;
using Orleans.Storage;

namespace JobRequests.Persistence.MongoDB;

/// <summary>
/// Carries a conditional write to a definite end where there is one. An attempt with an unknown outcome is repeated as it is, with the same
/// old and new ETag: it succeeds, or finds its own ETag stored, which is success too, or finds another's, which is a conflict.
/// </summary>
internal sealed partial class MongoCompareAndSet(string name, MongoWriter writer, MongoWriteRequests requests, TimeProvider time, ILogger logger)
{
    public const int Repeats = 3;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(50);

    /// <summary>Returns when the write is done.</summary>
    /// <exception cref="InconsistentStateException">The stored record is another one.</exception>
    /// <exception cref="CommitUnknownException">Nobody can say, not even after <see cref="Repeats"/> repeats and a read.</exception>
    public async Task WriteAsync(WriteOperation operation)
    {
        Exception? unknown = null;
        for (var repeat = 0; ; repeat++)
        {
            var reply = await writer.WriteAsync(operation);
            switch (reply.Outcome)
            {
                case WriteOutcome.Done:
                    return;
                case WriteOutcome.Refused:
                    if (IsDone(operation, reply.StoredETag, unknown))
                        return;
                    if (IsConflict(operation, reply.StoredETag))
                        throw Conflict(operation, reply.StoredETag);
                    // What was read does not explain the refusal: a record that came and went, or a majority that lags behind. Once more.
                    if (repeat == Repeats && unknown is null)
                        throw reply.Exception ?? Conflict(operation, reply.StoredETag);
                    break;
                case WriteOutcome.Unknown:
                    unknown ??= reply.Exception!;
                    break;
                default:
                    // Certainly not done by this attempt. An earlier one may have done it all the same.
                    if (unknown is null)
                        throw reply.Exception!;
                    break;
            }
            if (repeat == Repeats)
                break;
            MongoTelemetry.Repeat();
            LogRepeat(unknown ?? reply.Exception, operation.Kind, operation.Id, repeat + 1);
            await Task.Delay(FirstDelay * (1 << (2 * repeat)), time, CancellationToken.None);
            operation = operation.Repeat();
        }
        await ReadOutcomeAsync(operation, unknown!);
    }

    /// <summary>For the clear by a caller who knows of no record.</summary>
    public async Task MustNotExistAsync(string id, CancellationToken cancellationToken)
    {
        if (await requests.ReadETagAsync(id, cancellationToken) is { } stored)
            throw Conflict("clear", id, stored, null);
    }

    private async Task ReadOutcomeAsync(WriteOperation operation, Exception unknown)
    {
        try
        {
            var stored = await requests.ReadETagAsync(operation.Id, CancellationToken.None);
            if (IsDone(operation, stored, unknown))
                return;
            if (IsConflict(operation, stored))
                throw Conflict(operation, stored);
            // The record is as it was before. A request that is still on its way to the server may change that yet.
        }
        catch (Exception exception) when (exception is not InconsistentStateException)
        {
            LogUnread(exception, operation.Id);
        }
        MongoTelemetry.Unknown();
        throw new CommitUnknownException(
            $"It is not known whether the {Verb(operation)} of record '{operation.Id}' was done, as the connection of storage '{name}' or its replica set kept "
                + "failing: read again before deciding.", unknown);
    }

    private static bool IsDone(WriteOperation operation, string? stored, Exception? unknown) => operation.Kind == WriteKind.Delete
        // Gone after an attempt of unknown outcome: that was it. Gone before the first attempt: another caller was faster.
        ? stored is null && unknown is not null
        : stored == operation.NewETag;

    private static bool IsConflict(WriteOperation operation, string? stored) => operation.Kind == WriteKind.Insert
        ? stored is not null
        : stored != operation.ExpectedETag;

    private InconsistentStateException Conflict(WriteOperation operation, string? stored) =>
        Conflict(Verb(operation), operation.Id, stored, operation.Kind == WriteKind.Insert ? null : operation.ExpectedETag);

    private InconsistentStateException Conflict(string verb, string id, string? stored, string? expected)
    {
        MongoTelemetry.Conflict();
        var record = id.Split('/', 3);
        // The words of Orleans' own providers, whose messages people search for.
        return new InconsistentStateException(
            $"The record is not the one that was read, so the {verb} was refused: ServiceId={record[0]} ProviderName={name} GrainType={record[1]} "
                + $"GrainId={record[2]} ETag={expected}.", stored, expected);
    }

    private static string Verb(WriteOperation operation) => operation.Kind == WriteKind.Delete ? "clear" : "write";

    [LoggerMessage(Level = LogLevel.Warning, Message = "The {Kind} of {Record} has an unknown outcome; repeat {Repeat} finds out.")]
    private partial void LogRepeat(Exception? exception, WriteKind kind, string record, int repeat);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The outcome of a write of {Record} could not be read back.")]
    private partial void LogUnread(Exception exception, string record);
}
