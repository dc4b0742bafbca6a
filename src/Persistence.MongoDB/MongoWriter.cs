namespace JobRequests.Persistence.MongoDB;

/// <summary>
/// Sends writes. With nothing under way a write leaves at once, alone; while others are, writes gather, and each request that returns takes
/// what has gathered with it, so that the group size follows the load. Inserts and replaces travel apart, as the server answers them apart.
/// </summary>
/// <remarks>
/// Deletes never share a request: of a shared one that deleted fewer than asked, nobody could say later which record this caller deleted and
/// which another one did. Requests run on the thread pool, never on a grain's scheduler, whose other work would delay everybody's writes.
/// </remarks>
internal sealed class MongoWriter(MongoWriteRequests requests, int maxBatchSize, int maxInFlight)
{
    // The driver would cut a larger one into several messages, one after the other.
    private const int MaxBatchBytes = 16 * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly LinkedList<WriteOperation> _waiting = new();
    private int _inFlight;

    /// <summary>One attempt.</summary>
    public Task<WriteReply> WriteAsync(WriteOperation operation)
    {
        List<WriteOperation>? batch = null;
        lock (_gate)
        {
            operation.WaitForTurn();
            _waiting.AddLast(operation);
            MongoTelemetry.Waiting(1);
            if (_inFlight < maxInFlight)
            {
                batch = Take();
                if (batch.Count > 0)
                    _inFlight++;
            }
        }
        if (batch is { Count: > 0 })
            ThreadPool.UnsafeQueueUserWorkItem(static flight => _ = flight.Writer.RunAsync(flight.Batch), (Writer: this, Batch: batch), preferLocal: false);
        return operation.Reply;
    }

    private async Task RunAsync(List<WriteOperation> batch)
    {
        while (batch.Count > 0)
        {
            try
            {
                await requests.SendAsync(batch);
            }
            catch (Exception exception)
            {
                // No answer of a server should lead here; if one does, its writes must not wait for ever, nor all later ones behind them.
                foreach (var operation in batch)
                    operation.Complete(new WriteReply(WriteOutcome.Unknown, null, exception));
            }
            lock (_gate)
            {
                batch = Take();
                if (batch.Count == 0)
                    _inFlight--;
            }
        }
    }

    // The oldest operation and those like it, each record at most once: two writes of one record in a request would leave open which came first.
    private List<WriteOperation> Take()
    {
        var batch = new List<WriteOperation>();
        HashSet<string>? ids = null;
        var bytes = 0L;
        for (var node = _waiting.First; node is not null && batch.Count < maxBatchSize;)
        {
            var (operation, next) = (node.Value, node.Next);
            if (batch.Count == 0
                || (operation.Kind == batch[0].Kind && operation.Kind != WriteKind.Delete && bytes + operation.Size <= MaxBatchBytes && ids!.Add(operation.Id)))
            {
                _waiting.Remove(node);
                MongoTelemetry.Waiting(-1);
                if (operation.TryTake())
                {
                    batch.Add(operation);
                    bytes += operation.Size;
                    ids ??= [operation.Id];
                }
            }
            node = next;
        }
        return batch;
    }
}
