using System.Globalization;

namespace JobRequests.Simulation.Tests;

/// <summary>
/// One thread, one seed, one virtual time. Actors take turns in an order that the seed decides; when nobody has anything to do, time jumps
/// to what is due next. Nothing may leave the thread: that would be a run that no seed repeats.
/// </summary>
internal sealed class World(int seed)
{
    public static readonly DateTimeOffset Begin = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly PriorityQueue<Scheduled, (long Due, long Order)> _later = new();
    private readonly List<Actor> _ready = [];
    private readonly List<string>? _trace = Environment.GetEnvironmentVariable("JOBREQUESTS_SIM_TRACE") == "1" ? [] : null;
    private long _order;
    private volatile Exception? _failure;

    public Random Random { get; } = new(seed);

    /// <summary>Since <see cref="Begin"/>.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>The same for the same run.</summary>
    public long Digest { get; private set; } = 14695981039346656;

    public long Turns { get; private set; }

    public IReadOnlyList<string> TraceLines => _trace ?? [];

    public bool IsTracing => _trace is not null;

    public void Trace(string line) => _trace?.Add(string.Create(CultureInfo.InvariantCulture, $"{Now.TotalSeconds,9:0.0000} {line}"));

    /// <summary>Something that the simulation cannot go on after.</summary>
    public void Fail(Exception exception) => _failure ??= exception;

    /// <returns>False where something has left the thread: it is not to go on.</returns>
    public bool CheckThread()
    {
        if (Environment.CurrentManagedThreadId == _thread) return true;
        Fail(new SimulationException($"Something ran outside the simulation's thread:\n{Environment.StackTrace}"));
        return false;
    }

    public TimeSpan Between(double leastMs, double mostMs) =>
        TimeSpan.FromTicks((long)((leastMs + (Random.NextDouble() * (mostMs - leastMs))) * TimeSpan.TicksPerMillisecond));

    /// <summary>Runs <paramref name="action"/> after that time as a turn of <paramref name="actor"/>, or outside of all actors.</summary>
    public Scheduled Later(TimeSpan delay, Actor? actor, Action action)
    {
        CheckThread();
        var scheduled = new Scheduled(actor, action);
        _later.Enqueue(scheduled, ((Now + delay).Ticks, _order++));
        return scheduled;
    }

    public void Ready(Actor actor) => _ready.Add(actor);

    public void NotReady(Actor actor) => _ready.Remove(actor);

    /// <returns>Whether <paramref name="condition"/> holds before <paramref name="limit"/> has passed.</returns>
    public bool RunUntil(Func<bool> condition, TimeSpan limit)
    {
        var end = Now + limit;
        while (!condition())
        {
            if (Now > end || !Step()) return condition();
            if (_failure is { } failure) throw new SimulationException(failure.Message, failure);
        }

        return true;
    }

    private bool Step()
    {
        if (_ready.Count > 0)
        {
            var actor = _ready[_ready.Count == 1 ? 0 : Random.Next(_ready.Count)];
            Turns++;
            Digest = ((Digest ^ Now.Ticks ^ actor.Number) * 1099511628211) ^ Turns;
            actor.Run();
            return true;
        }

        while (_later.TryDequeue(out var next, out var when))
        {
            if (next.IsCancelled) continue;
            Now = TimeSpan.FromTicks(when.Due);
            if (next.Actor is { } actor) actor.Post(static action => ((Action)action!)(), next.Action);
            else next.Action();
            return true;
        }

        return false;
    }

    internal sealed class Scheduled(Actor? actor, Action action)
    {
        public Actor? Actor => actor;

        public Action Action => action;

        public bool IsCancelled { get; set; }
    }
}

/// <summary>The run cannot be judged, or must not have gone this way.</summary>
internal sealed class SimulationException(string message, Exception? inner = null) : Exception(message, inner);
