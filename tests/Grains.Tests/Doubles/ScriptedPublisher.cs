using System.Diagnostics;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Grains.Tests;

/// <summary>Stands for <c>finalevents</c>: remembers what it acknowledged, in order, and fails when a test says so.</summary>
internal sealed class ScriptedPublisher : IJobEventPublisher
{
    private int _failures;

    public List<JobEvent> Acknowledged { get; } = [];

    public IEnumerable<int> Versions => Acknowledged.Select(published => published.Version);

    /// <summary>The trace in which each attempt was made.</summary>
    public List<string?> Traces { get; } = [];

    public int Attempts { get; private set; }

    /// <summary>Every publication fails while it is set.</summary>
    public bool IsDown { get; set; }

    /// <summary>The next publications are acknowledged once this has completed.</summary>
    public TaskCompletionSource? Gate { get; set; }

    public void FailNext(int times = 1) => _failures += times;

    public async Task PublishAsync(JobEvent jobEvent)
    {
        Attempts++;
        Traces.Add(Activity.Current?.TraceId.ToHexString());
        if (IsDown || _failures > 0)
        {
            if (!IsDown) _failures--;
            throw new IOException("The event was not acknowledged.");
        }

        if (Gate is { } gate) await gate.Task;
        else await Task.Yield();
        Acknowledged.Add(jobEvent);
    }
}
