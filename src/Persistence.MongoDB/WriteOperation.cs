using System.Diagnostics;

namespace JobRequests.Persistence.MongoDB;

internal enum WriteKind
{
    Insert,
    Replace,
    Delete,
}

internal enum WriteOutcome
{
    Done,

    /// <summary>The write's condition did not hold; <see cref="WriteReply.StoredETag"/> says what was there right after.</summary>
    Refused,

    Unknown,

    /// <summary>Certainly not done, by <see cref="WriteReply.Exception"/>.</summary>
    Failed,
}

internal readonly record struct WriteReply(WriteOutcome Outcome, string? StoredETag = null, Exception? Exception = null)
{
    public static readonly WriteReply Done = new(WriteOutcome.Done);

    public static WriteReply Refused(string? stored, Exception? exception = null) => new(WriteOutcome.Refused, stored, exception);

    public static WriteReply Of(Exception exception) => new(MongoFailure.IsUnknown(exception) ? WriteOutcome.Unknown : WriteOutcome.Failed, null, exception);
}

/// <summary>One attempt at a compare-and-set. A repeat is a new object with the same document and the same ETags.</summary>
internal sealed class WriteOperation(
    WriteKind kind, string id, string? expectedETag, string newETag, GrainDocument? document, CancellationToken cancellationToken)
{
    private readonly TaskCompletionSource<WriteReply> _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenRegistration _cancellation;
    private int _taken;

    public WriteKind Kind { get; } = kind;

    public string Id { get; } = id;

    /// <summary>The ETag that the stored record must have; of no meaning for an insert.</summary>
    public string ExpectedETag { get; } = expectedETag ?? "";

    public string NewETag { get; } = newETag;

    public GrainDocument? Document { get; } = document;

    public int Size => Document?.Bytes.Length ?? 0;

    /// <summary>The caller's span; a shared request links to those of all its writes.</summary>
    public ActivityContext Caller { get; } = Activity.Current?.Context ?? default;

    public Task<WriteReply> Reply => _reply.Task;

    public WriteOperation Repeat() => new(Kind, Id, ExpectedETag, NewETag, Document, CancellationToken.None);

    /// <summary>Lets the caller give up while the operation waits.</summary>
    public void WaitForTurn() => _cancellation = cancellationToken.UnsafeRegister(static operation => ((WriteOperation)operation!).Cancel(), this);

    /// <summary>Right before it is sent: false when the caller has abandoned. From here on there is no giving up.</summary>
    public bool TryTake()
    {
        _cancellation.Dispose();
        return Interlocked.CompareExchange(ref _taken, 1, 0) == 0;
    }

    public void Complete(WriteReply reply) => _reply.TrySetResult(reply);

    private void Cancel()
    {
        if (Interlocked.CompareExchange(ref _taken, 1, 0) == 0)
            _reply.TrySetCanceled(cancellationToken);
    }
}
