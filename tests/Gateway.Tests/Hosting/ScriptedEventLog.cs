using JobRequests.Grains.Abstractions;

namespace JobRequests.Gateway.Tests.Hosting;

/// <summary>A log in memory that a test writes.</summary>
internal sealed class ScriptedEventLog : IJobEventLog
{
    private readonly Lock _gate = new();
    private readonly List<JobEvent> _events = [];
    private TaskCompletionSource _appended = NewSignal();

    public Task Appended => Volatile.Read(ref _appended).Task;

    public Task AppendAsync(JobEvent jobEvent)
    {
        lock (_gate) _events.Add(jobEvent);
        Interlocked.Exchange(ref _appended, NewSignal()).SetResult();
        return Task.CompletedTask;
    }

    public Task<JobEventLogRange> DescribeAsync(CancellationToken cancellationToken)
    {
        lock (_gate) return Task.FromResult(new JobEventLogRange(7, 0, _events.Count));
    }

    public Task<IReadOnlyList<LoggedEvent>> ReadAsync(long from, int most, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<LoggedEvent>>(
                [.. _events.Skip((int)from).Take(most).Select((jobEvent, index) => new LoggedEvent(from + index, jobEvent))]);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
