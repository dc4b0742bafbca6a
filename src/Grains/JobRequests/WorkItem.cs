using JobRequests.Grains.Abstractions;

namespace JobRequests.Grains;

/// <summary>Something that wants to change a job. All of it goes through one queue, so that there is one writer.</summary>
internal abstract class WorkItem
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private WorkItem()
    {
    }

    /// <summary>Completes when the item was dealt with; faults when storage kept failing.</summary>
    public Task Done => _done.Task;

    /// <summary>How often it was tried to store it.</summary>
    public int Attempts { get; set; }

    public void Complete() => _done.TrySetResult();

    public void Fail(Exception exception) => _done.TrySetException(exception);

    /// <summary>A command from the stream.</summary>
    public sealed class Command(CommandEnvelope envelope) : WorkItem
    {
        public CommandEnvelope Envelope { get; } = envelope;
        public LedgerKey Name { get; } = new(envelope.Caller.Person, envelope.Command.Operation, envelope.Key);
    }

    /// <summary>Somebody asked after the deadline for a request that the ledger does not hold: it must not happen any more.</summary>
    public sealed class Close(OutcomeQuery query) : WorkItem
    {
        public OutcomeQuery Query { get; } = query;

        public Answer? Answer { get; set; }

        public LedgerKey Name { get; } = new(query.Caller.Person, query.Operation, query.Key);
    }

    /// <summary>Time alone may have something to do.</summary>
    public sealed class Advance : WorkItem;

    /// <summary>Somebody found in storage what this activation does not know: it reads the document again.</summary>
    public sealed class Refresh : WorkItem;

    /// <summary>The outbox is empty; the document should say so.</summary>
    public sealed class MarkPublished : WorkItem;
}
