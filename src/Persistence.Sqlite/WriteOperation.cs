using System.Diagnostics;

namespace JobRequests.Persistence.Sqlite;

/// <summary>One caller's piece of work in the writer's queue.</summary>
internal abstract class WriteOperation(WritePriority priority)
{
    private const int Waiting = 0;
    private const int Taken = 1;
    private const int Cancelled = 2;

    private int _state;

    public WritePriority Priority { get; } = priority;

    public long EnqueuedAt { get; } = Stopwatch.GetTimestamp();

    /// <summary>Claims the operation for execution; false when its caller has already abandoned.</summary>
    public bool TryTake() => Interlocked.CompareExchange(ref _state, Taken, Waiting) == Waiting;

    /// <summary>Runs inside the writer's transaction, more than once when a neighbour fails.</summary>
    public abstract void Run(SqliteSession session);

    /// <summary>Hands the last run's result to the caller.</summary>
    public abstract void Complete();

    public abstract void Fail(Exception exception);

    protected bool TryCancel() => Interlocked.CompareExchange(ref _state, Cancelled, Waiting) == Waiting;
}

internal sealed class WriteOperation<T> : WriteOperation
{
    // Continuations must never run on the writer's thread: they would hold up everybody's commits.
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Func<SqliteSession, T> _operation;
    private readonly CancellationTokenRegistration _cancellation;
    private T _result = default!;

    public WriteOperation(Func<SqliteSession, T> operation, WritePriority priority, CancellationToken cancellationToken)
        : base(priority)
    {
        _operation = operation;
        if (cancellationToken.CanBeCanceled)
        {
            _cancellation = cancellationToken.UnsafeRegister(static (state, token) =>
            {
                var self = (WriteOperation<T>)state!;
                if (self.TryCancel())
                    self._completion.TrySetCanceled(token);
            }, this);
        }
    }

    public Task<T> Task => _completion.Task;

    public override void Run(SqliteSession session) => _result = _operation(session);

    public override void Complete()
    {
        _cancellation.Unregister();
        _completion.TrySetResult(_result);
    }

    public override void Fail(Exception exception)
    {
        _cancellation.Unregister();
        _completion.TrySetException(exception);
    }
}
