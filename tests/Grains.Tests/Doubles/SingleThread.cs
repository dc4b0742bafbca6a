using System.Collections.Concurrent;
using System.Diagnostics;

namespace JobRequests.Grains.Tests;

/// <summary>
/// Runs asynchronous code on the test's own thread, one continuation after the other, as a grain's scheduler does. Nothing moves
/// between two calls of this class, so a test decides what happens before what.
/// </summary>
internal sealed class SingleThread : SynchronizationContext
{
    private static readonly TimeSpan WaitLimit = TimeSpan.FromSeconds(20);

    private readonly ConcurrentQueue<(SendOrPostCallback Callback, object? State)> _work = [];

    public override void Post(SendOrPostCallback d, object? state) => _work.Enqueue((d, state));

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("Nothing here may block.");

    /// <summary>Begins <paramref name="action"/> and runs until nothing is left to do without a further event.</summary>
    public T Start<T>(Func<T> action)
    {
        using var _ = Enter();
        var result = action();
        Drain();
        return result;
    }

    public void Start(Action action) => Start(() =>
    {
        action();
        return 0;
    });

    public void Settle()
    {
        using var _ = Enter();
        Drain();
    }

    /// <summary>Runs until <paramref name="task"/> has ended, also where a timer or the thread pool has a part in it.</summary>
    public T Finish<T>(Task<T> task)
    {
        Await(task);
        return task.GetAwaiter().GetResult();
    }

    public void Finish(Task task)
    {
        Await(task);
        task.GetAwaiter().GetResult();
    }

    /// <summary>Runs until <paramref name="condition"/> holds.</summary>
    public void Until(Func<bool> condition, string what)
    {
        using var _ = Enter();
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            Drain();
            if (condition()) return;
            if (Stopwatch.GetElapsedTime(started) > WaitLimit) throw new TimeoutException($"Waited {WaitLimit} for: {what}.");
            // Only where the thread pool has a part in it.
            Thread.Yield();
        }
    }

    private void Await(Task task) => Until(() => task.IsCompleted, "the end of a task");

    private void Drain()
    {
        while (_work.TryDequeue(out var next)) next.Callback(next.State);
    }

    private Restore Enter()
    {
        var outer = Current;
        SetSynchronizationContext(this);
        return new Restore(outer);
    }

    private readonly struct Restore(SynchronizationContext? outer) : IDisposable
    {
        public void Dispose() => SetSynchronizationContext(outer);
    }
}
