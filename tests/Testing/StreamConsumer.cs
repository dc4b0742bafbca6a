using System.Collections.Concurrent;
using Orleans.Concurrency;
using Orleans.Serialization.Invocation;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace JobRequests.Testing;

/// <summary>What the streams of the conformance suite carry.</summary>
[GenerateSerializer, Immutable, Alias("testing.numbered")]
public sealed record Numbered([property: Id(0)] string Stream, [property: Id(1)] int Number);

/// <summary>What the consumers of a cluster received, and what a test makes of them. One for all silos of a process.</summary>
public sealed class StreamScript
{
    private readonly ConcurrentDictionary<string, List<int>> _received = new();
    private readonly ConcurrentDictionary<string, int> _calls = new();
    private readonly ConcurrentQueue<(string Stream, Exception Error)> _errors = new();

    /// <summary>Runs in the handler, before what it was given counts as received. May wait, and may throw.</summary>
    public Func<string, IReadOnlyList<Numbered>, Task> Handling { get; set; } = static (_, _) => Task.CompletedTask;

    /// <summary>Runs when a consumer is activated. May wait, and may throw.</summary>
    public Func<string, Task> Activating { get; set; } = static _ => Task.CompletedTask;

    /// <summary>The token with which the consumer of a stream attaches its observer.</summary>
    public Func<string, StreamSequenceToken?> ResumingFrom { get; set; } = static _ => null;

    /// <summary>Raised when a handler has returned.</summary>
    public event Action<string>? Handled;

    /// <summary>How often the handler of a stream was called, failures included.</summary>
    public int Calls(string stream) => _calls.GetValueOrDefault(stream);

    /// <summary>All that the handler of a stream has handled, repeats included.</summary>
    public int[] Received(string stream)
    {
        var received = _received.GetOrAdd(stream, static _ => []);
        lock (received) return [.. received];
    }

    /// <summary>First occurrences: what at-least-once delivery promises to be complete and in order.</summary>
    public int[] FirstOccurrences(string stream) => [.. Received(stream).Distinct()];

    /// <summary>What the consumer of a stream was told of.</summary>
    public IEnumerable<Exception> Errors(string stream) => _errors.Where(error => error.Stream == stream).Select(error => error.Error);

    internal void Fail(string stream, Exception error) => _errors.Enqueue((stream, error));

    internal async Task HandleAsync(string stream, IReadOnlyList<Numbered> events)
    {
        _calls.AddOrUpdate(stream, 1, static (_, calls) => calls + 1);
        await Handling(stream, events);
        var received = _received.GetOrAdd(stream, static _ => []);
        lock (received) received.AddRange(events.Select(numbered => numbered.Number));
        Handled?.Invoke(stream);
    }
}

public interface IStreamConsumerGrain : IGrainWithStringKey
{
    /// <summary>Keeps the grain busy until <see cref="StreamScript.Handling"/> lets it go.</summary>
    Task BeBusy();
}

/// <summary>Consumes each stream of the suite's namespace; the key is the stream's.</summary>
[ImplicitStreamSubscription(StreamConformance.Namespace)]
[MayInterleave(nameof(MayInterleave))]
internal sealed class StreamConsumerGrain(StreamScript script) : Grain, IStreamConsumerGrain, IStreamSubscriptionObserver, IAsyncBatchObserver<Numbered>
{
    // A busy grain must not hold up the agent's question where to start.
    public static bool MayInterleave(IInvokable request) => request.GetMethodName() == "GetSequenceToken";

    public override Task OnActivateAsync(CancellationToken cancellationToken) => script.Activating(this.GetPrimaryKeyString());

    public async Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) =>
        await handleFactory.Create<Numbered>().ResumeAsync(this, script.ResumingFrom(this.GetPrimaryKeyString()));

    public Task OnNextAsync(IList<SequentialItem<Numbered>> items) => script.HandleAsync(this.GetPrimaryKeyString(), [.. items.Select(item => item.Item)]);

    public Task OnErrorAsync(Exception ex)
    {
        script.Fail(this.GetPrimaryKeyString(), ex);
        return Task.CompletedTask;
    }

    public Task BeBusy() => script.Handling(this.GetPrimaryKeyString(), []);
}
