using JobRequests.Documents;
using JobRequests.Domain;

namespace JobRequests.Verification;

/// <summary>
/// A job's events from the first on, folded one by one, as far as they are there without a gap. Where the document has folded its
/// oldest events away, those of <c>finalevents</c> stand in for them.
/// </summary>
internal sealed class EventChain
{
    private readonly List<JobRequest> _states = [JobRequest.Initial];
    private readonly List<StoredEvent> _events = [];
    private readonly List<JobRequestEvent> _facts = [];

    /// <summary>The version up to which everything is known.</summary>
    public int Length => _events.Count;

    /// <summary>Why the chain ends where it ends; null where it ends with the last event.</summary>
    public string? Broken { get; private set; }

    public static EventChain Of(IEnumerable<StoredEvent> events)
    {
        var chain = new EventChain();
        foreach (var stored in events)
            if (!chain.TryAdd(stored)) break;
        return chain;
    }

    /// <summary>Event <paramref name="number"/>, or null where it is not known.</summary>
    public StoredEvent? Event(int number) => number >= 1 && number <= Length ? _events[number - 1] : null;

    public JobRequestEvent Fact(int number) => _facts[number - 1];

    /// <summary>The job after event <paramref name="version"/>, or null where that is not known.</summary>
    public JobRequest? StateAt(int version) => version >= 0 && version <= Length ? _states[version] : null;

    private bool TryAdd(StoredEvent stored)
    {
        if (stored.N != Length + 1)
        {
            Broken = $"event {stored.N} follows event {Length}";
            return false;
        }

        try
        {
            var fact = stored.ToDomain();
            _states.Add(JobRequest.Evolve(_states[^1], fact));
            _facts.Add(fact);
            _events.Add(stored);
            return true;
        }
        catch (InvalidOperationException exception)
        {
            Broken = $"event {stored.N} cannot be read: {exception.Message}";
            return false;
        }
    }
}
