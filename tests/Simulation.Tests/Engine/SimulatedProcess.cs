namespace JobRequests.Simulation.Tests;

/// <summary>What dies, and sleeps, as one: nothing of it runs while it is frozen, or after it was killed.</summary>
internal sealed class SimulatedProcess(World world, string name, TimeSpan clockSkew)
{
    private readonly List<Actor> _actors = [];
    private int _actorNumber;

    public World World => world;

    public string Name => name;

    public SimulatedClock Clock { get; } = new(world, clockSkew);

    public bool IsDead { get; private set; }

    public bool IsFrozen { get; private set; }

    public Actor NewActor()
    {
        var actor = new Actor(this, (name.Length * 1000) + name[^1] + _actorNumber++);
        _actors.Add(actor);
        return actor;
    }

    /// <summary>An actor without a task is forgotten, so that a long run does not collect them.</summary>
    public void Forget(Actor actor) => _actors.Remove(actor);

    public void Kill()
    {
        world.Trace($"{name} is killed");
        IsDead = true;
        foreach (var actor in _actors) actor.Clear();
    }

    public void Freeze()
    {
        world.Trace($"{name} freezes");
        IsFrozen = true;
        foreach (var actor in _actors) actor.Update();
    }

    public void Thaw()
    {
        world.Trace($"{name} goes on");
        IsFrozen = false;
        foreach (var actor in _actors) actor.Update();
    }
}

/// <summary>
/// A scheduler of its own, as a grain has one: its continuations run one after the other, in their order, and only when the world gives it a turn.
/// </summary>
internal sealed class Actor(SimulatedProcess process, int number) : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _work = new();
    private bool _isReady;

    public int Number => number;

    public SimulatedProcess Process => process;

    public World World => process.World;

    public override SynchronizationContext CreateCopy() => this;

    public override void Send(SendOrPostCallback d, object? state) => throw new SimulationException("Nothing here may block.");

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (!World.CheckThread() || process.IsDead) return;
        _work.Enqueue((d, state));
        Update();
    }

    /// <summary>Begins <paramref name="work"/> in a turn of its own; what it throws ends the run.</summary>
    public void Start(Func<Task> work) => Post(
        _ => RunToEnd(work),
        null);

    /// <summary>Waits in virtual time.</summary>
    public Task DelayAsync(TimeSpan time) => Task.Delay(time, process.Clock);

    public void Run()
    {
        var (callback, state) = _work.Dequeue();
        var outer = Current;
        SetSynchronizationContext(this);
        try
        {
            callback(state);
        }
        finally
        {
            SetSynchronizationContext(outer);
        }

        Update();
    }

    public void Clear()
    {
        _work.Clear();
        Update();
    }

    public void Update()
    {
        var isReady = _work.Count > 0 && !process.IsFrozen && !process.IsDead;
        if (isReady == _isReady) return;
        _isReady = isReady;
        if (isReady) World.Ready(this);
        else World.NotReady(this);
    }

    private async void RunToEnd(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception exception)
        {
            World.Fail(exception);
        }
    }
}
