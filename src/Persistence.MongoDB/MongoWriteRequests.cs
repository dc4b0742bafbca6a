using MongoDB.Bson;
using MongoDB.Driver;

namespace JobRequests.Persistence.MongoDB;

/// <summary>Puts one batch of writes of one kind on the wire and tells each its outcome. Never throws; there is no upsert in here.</summary>
internal sealed class MongoWriteRequests(MongoConnection connection)
{
    private static readonly ReplaceOptions NoUpsert = new() { IsUpsert = false };
    private static readonly BulkWriteOptions Unordered = new() { IsOrdered = false };
    private static readonly FindOptions<GrainDocument, GrainDocument> ETagOnly = new() { Projection = new BsonDocument(GrainDocument.ETag, 1) };

    public async Task SendAsync(IReadOnlyList<WriteOperation> batch)
    {
        MongoTelemetry.Sending(batch);
        if (batch.Count == 1)
        {
            await SendAloneAsync(batch[0]);
            return;
        }
        try
        {
            var result = await MongoTelemetry.MeasureAsync(Verb(batch[0].Kind), connection, batch,
                static (documents, batch) => documents.BulkWriteAsync(batch.Select(Model), Unordered), connection.Documents);
            await CompleteAsync(batch, result.InsertedCount + result.MatchedCount);
        }
        catch (MongoBulkWriteException<GrainDocument> exception)
        {
            await CompleteAsync(batch, exception);
        }
        catch (Exception exception) when (MongoFailure.IsUnknown(exception))
        {
            Complete(batch, WriteReply.Of(exception));
        }
        catch (Exception)
        {
            // The whole request was refused. That may be the fault of one, so each is tried on its own.
            foreach (var operation in batch)
                await SendAloneAsync(operation);
        }
    }

    /// <summary>The stored ETag; <see langword="null"/> for no record.</summary>
    public async Task<string?> ReadETagAsync(string id, CancellationToken cancellationToken)
    {
        var found = await MongoTelemetry.MeasureAsync("find", connection,
            static (find, cancellationToken) => find.connection.Documents.FindAsync(new BsonDocument(GrainDocument.Id, find.id), ETagOnly, cancellationToken),
            (connection, id), cancellationToken);
        using (found)
            return (await found.FirstOrDefaultAsync(cancellationToken))?.ReadETag();
    }

    private async Task SendAloneAsync(WriteOperation operation)
    {
        try
        {
            operation.Complete(await MongoTelemetry.MeasureAsync(Verb(operation.Kind), connection, [operation],
                static (documents, batch) => TryAloneAsync(documents, batch[0]), connection.Documents)
                ? WriteReply.Done
                : WriteReply.Refused(await ReadETagAsync(operation.Id, CancellationToken.None)));
        }
        catch (MongoWriteException exception) when (exception.WriteConcernError is null && exception.WriteError?.Code == MongoFailure.DuplicateKey)
        {
            await CompleteDuplicateAsync([operation], exception);
        }
        catch (Exception exception)
        {
            operation.Complete(WriteReply.Of(exception));
        }
    }

    private static async Task<bool> TryAloneAsync(IMongoCollection<GrainDocument> documents, WriteOperation operation)
    {
        switch (operation.Kind)
        {
            case WriteKind.Insert:
                await documents.InsertOneAsync(operation.Document!);
                return true;
            case WriteKind.Replace:
                return (await documents.ReplaceOneAsync(Current(operation), operation.Document!, NoUpsert)).MatchedCount == 1;
            default:
                return (await documents.DeleteOneAsync(Current(operation))).DeletedCount == 1;
        }
    }

    // The reply is one total; where it is short, the stored ETags tell who was refused.
    private Task CompleteAsync(IReadOnlyList<WriteOperation> batch, long written)
    {
        if (written < batch.Count)
            return CompleteByStoredETagAsync(batch, null);
        Complete(batch, WriteReply.Done);
        return Task.CompletedTask;
    }

    private async Task CompleteAsync(IReadOnlyList<WriteOperation> batch, MongoBulkWriteException<GrainDocument> exception)
    {
        var rest = batch.ToHashSet();
        var duplicates = new List<WriteOperation>();
        foreach (var error in exception.WriteErrors)
        {
            var operation = batch[error.Index];
            rest.Remove(operation);
            if (error.Code == MongoFailure.DuplicateKey)
                duplicates.Add(operation);
            else
                operation.Complete(new WriteReply(MongoFailure.IsUnknown(error.Code) ? WriteOutcome.Unknown : WriteOutcome.Failed, null, exception));
        }
        if (exception.WriteConcernError is not null)
            Complete(rest, new WriteReply(WriteOutcome.Unknown, null, exception));
        else
            await CompleteAsync([.. rest], exception.Result.InsertedCount + exception.Result.MatchedCount);
        if (duplicates.Count > 0)
            await CompleteDuplicateAsync(duplicates, exception);
    }

    private Task CompleteDuplicateAsync(IReadOnlyList<WriteOperation> operations, Exception exception) => CompleteByStoredETagAsync(operations, exception);

    private async Task CompleteByStoredETagAsync(IReadOnlyList<WriteOperation> operations, Exception? exception)
    {
        try
        {
            var stored = await ReadETagsAsync(operations);
            foreach (var operation in operations)
            {
                var etag = stored.GetValueOrDefault(operation.Id);
                operation.Complete(etag == operation.NewETag ? WriteReply.Done : WriteReply.Refused(etag, exception));
            }
        }
        catch (Exception unread)
        {
            // Some of them were written, and nobody can say which.
            Complete(operations, new WriteReply(WriteOutcome.Unknown, null, unread));
        }
    }

    private async Task<Dictionary<string, string>> ReadETagsAsync(IReadOnlyList<WriteOperation> operations)
    {
        var filter = new BsonDocument(GrainDocument.Id, new BsonDocument("$in", new BsonArray(operations.Select(static operation => operation.Id))));
        using var found = await MongoTelemetry.MeasureAsync("find", connection,
            static (find, cancellationToken) =>
                find.connection.Documents.FindAsync(find.filter, ETagOnly, cancellationToken), (connection, filter), CancellationToken.None);
        return (await found.ToListAsync()).ToDictionary(static document => document.ReadId(), static document => document.ReadETag());
    }

    private static void Complete(IEnumerable<WriteOperation> operations, WriteReply reply)
    {
        foreach (var operation in operations)
            operation.Complete(reply);
    }

    private static WriteModel<GrainDocument> Model(WriteOperation operation) => operation.Kind == WriteKind.Insert
        ? new InsertOneModel<GrainDocument>(operation.Document!)
        : new ReplaceOneModel<GrainDocument>(Current(operation), operation.Document!);

    private static BsonDocument Current(WriteOperation operation)
    {
        return new BsonDocument { { GrainDocument.Id, operation.Id }, { GrainDocument.ETag, operation.ExpectedETag } };
    }

    private static string Verb(WriteKind kind) => kind switch { WriteKind.Insert => "insert", WriteKind.Replace => "update", _ => "delete" };
}
