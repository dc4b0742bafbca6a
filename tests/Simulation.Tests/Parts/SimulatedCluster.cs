using JobRequests.Grains;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Simulation.Tests;

/// <summary>The silos, who of them has what, and the servers behind them.</summary>
internal sealed class SimulatedCluster
{
    private const int PartitionCount = 3;

    private static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(30);

    private readonly World _world;
    private readonly SimulatedSilo?[] _silos;
    private readonly Dictionary<string, SimulatedSilo> _directory = new(StringComparer.Ordinal);
    private int _started;

    public SimulatedCluster(World world, Network network, JobRequestOptions options, Rules rules, int silos)
    {
        _world = world;
        Network = network;
        Options = options;
        Rules = rules;
        Random = new Random(world.Random.Next());
        Store = new SimulatedStore(rules);
        Requests = new SimulatedTopic<CommandEnvelope>(StreamNames.Requests, PartitionCount, world, network);
        FinalEvents = new SimulatedTopic<JobEvent>(StreamNames.FinalEvents, PartitionCount, world, network);
        _silos = new SimulatedSilo?[silos];
        for (var i = 0; i < silos; i++) StartSilo(i);
    }

    public Network Network { get; }

    public JobRequestOptions Options { get; }

    public Rules Rules { get; }

    public Random Random { get; }

    public SimulatedStore Store { get; }

    public SimulatedTopic<CommandEnvelope> Requests { get; }

    public SimulatedTopic<JobEvent> FinalEvents { get; }

    public int Slots => _silos.Length;

    public IEnumerable<SimulatedSilo> Silos => _silos.Where(silo => silo is not null)!;

    public SimulatedSilo? Silo(int slot) => _silos[slot];

    public void StartSilo(int slot)
    {
        var skew = Network.Faults.Includes(Fault.Clocks) ? _world.Between(-900, 900) : TimeSpan.Zero;
        _silos[slot] = new SimulatedSilo(this, new SimulatedProcess(_world, $"silo{slot}.{++_started}", skew));
        Assign();
    }

    /// <summary>The process is gone at once; the others learn of it later.</summary>
    public void KillSilo(int slot)
    {
        if (_silos[slot] is not { } silo) return;
        silo.Process.Kill();
        _silos[slot] = null;
        _world.Later(_world.Between(10, 3_000), null, () => DeclareDead(silo));
    }

    /// <summary>What it had is placed again. It may be alive all the same, and not know yet.</summary>
    public void DeclareDead(SimulatedSilo silo)
    {
        if (silo.IsDeclaredDead) return;
        _world.Trace($"{silo.Process.Name} is declared dead");
        silo.IsDeclaredDead = true;
        foreach (var (id, _) in _directory.Where(entry => entry.Value == silo).ToList()) _directory.Remove(id);
        Assign();
    }

    public Task<int> DeliverCommandsAsync(Actor agent, string job, IReadOnlyList<(LogPosition Position, CommandEnvelope Item, DateTimeOffset WrittenAt)> batch)
    {
        var commands = batch.Select(record => record.Item with { Position = record.Position, WrittenAt = record.WrittenAt }).ToList();
        return CallJobAsync(agent, job, async executor => await executor.ExecuteAsync(commands) is { } abandoned ? abandoned.From : commands.Count);
    }

    public Task<int> DeliverEventsAsync(Actor agent, string job, IReadOnlyList<(LogPosition Position, JobEvent Item, DateTimeOffset WrittenAt)> batch) =>
        CallViewAsync(agent, job, async projection =>
        {
            await projection.ApplyAsync(batch.Select(record => record.Item));
            return batch.Count;
        });

    public Task<T> CallJobAsync<T>(Actor caller, string job, Func<JobRequestExecutor, Task<T>> call)
    {
        JobActivation? activation = null;
        var silo = Locate(job);
        return Network.CallAsync(caller, () => silo is null
            || silo.Process.IsDead ? null : (activation = silo.Job(job)).Actor, () => call(activation!.Executor), ResponseTimeout);
    }

    public Task<T> CallViewAsync<T>(Actor caller, string job, Func<JobViewProjection, Task<T>> call)
    {
        ViewActivation? activation = null;
        var shard = $"view/{ViewShards.Of(job)}";
        var silo = Locate(shard);
        return Network.CallAsync(caller, () => silo is null
            || silo.Process.IsDead ? null : (activation = silo.View(shard)).Actor, () => call(activation!.Projection), ResponseTimeout);
    }

    public Task<JobSnapshot?> ReadJobAsync(Actor caller, string job, Caller who) => CallJobAsync(caller, job, executor => executor.Reads.ReadFreshAsync(who));

    private SimulatedSilo? Locate(string id)
    {
        var live = Silos.Where(silo => !silo.IsDeclaredDead).ToList();
        if (live.Count == 0) return null;
        // A directory that has not converged: the call goes where a second activation is made.
        if (Network.Faults.Strikes(Fault.TwoActivations)) return live[_world.Random.Next(live.Count)];
        if (_directory.TryGetValue(id, out var silo) && !silo.IsDeclaredDead) return silo;
        return _directory[id] = live[_world.Random.Next(live.Count)];
    }

    private void Assign()
    {
        var live = Silos.Where(silo => !silo.IsDeclaredDead).ToList();
        for (var i = 0; i < live.Count; i++) live[i].Own([.. Enumerable.Range(0, PartitionCount).Where(partition => partition % live.Count == i)]);
    }
}
