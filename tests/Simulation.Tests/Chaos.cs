namespace JobRequests.Simulation.Tests;

/// <summary>Kills, freezes, wipes and rewinds, at moments that the seed decides.</summary>
internal sealed class Chaos
{
    private readonly World _world;
    private readonly FaultPlan _faults;
    private readonly SimulatedCluster _cluster;
    private readonly SimulatedCache? _cache;
    private readonly Action<int> _killGateway;
    private readonly Random _random;

    public Chaos(World world, FaultPlan faults, SimulatedCluster cluster, SimulatedCache? cache, Action<int> killGateway)
    {
        (_world, _faults, _cluster, _cache, _killGateway) = (world, faults, cluster, cache, killGateway);
        _random = new Random(world.Random.Next());
        Schedule();
    }

    /// <summary>When the cache was wiped or replayed, nanoseconds.</summary>
    public List<long> CacheWipes { get; } = [];

    public void Heal()
    {
        _cluster.Store.IsDown = false;
        foreach (var silo in _cluster.Silos)
            if (silo.Process.IsFrozen) silo.Process.Thaw();
        for (var slot = 0; slot < _cluster.Slots; slot++)
        {
            if (_cluster.Silo(slot) is { IsDeclaredDead: true }) _cluster.KillSilo(slot);
            if (_cluster.Silo(slot) is null) _cluster.StartSilo(slot);
        }
    }

    private void Schedule() => _world.Later(_world.Between(50, 2_500), null, () =>
    {
        if (_faults.IsHealed) return;
        Strike();
        Schedule();
    });

    private void Strike()
    {
        var slot = _random.Next(_cluster.Slots);
        switch (_random.Next(10))
        {
            case 0 or 1 when _faults.Includes(Fault.Crash):
                _cluster.KillSilo(slot);
                _world.Later(_world.Between(100, 8_000), null, () => Restart(slot));
                break;
            case 2 when _faults.Includes(Fault.Crash):
                _killGateway(_random.Next(4));
                break;
            case 3 or 4 when _faults.Includes(Fault.Freeze):
                Freeze(slot);
                break;
            case 5 when _faults.Includes(Fault.Cache) && _cache is not null:
                if (_random.Next(2) == 0) _cache.Wipe();
                else _cache.Restore();
                CacheWipes.Add(_world.Now.Ticks * 100);
                break;
            case 6 when _faults.Includes(Fault.Cache):
                _cache?.Copy();
                break;
            case 7 when _faults.Includes(Fault.Rewind):
                _cluster.Requests.Rewind(_random.Next(_cluster.Requests.Partitions), _random.Next(1, 20));
                _cluster.FinalEvents.Rewind(_random.Next(_cluster.FinalEvents.Partitions), _random.Next(1, 20));
                break;
            case 8 when _faults.Includes(Fault.LostReply):
                _cluster.Store.IsDown = true;
                _world.Later(_world.Between(50, 5_000), null, () => _cluster.Store.IsDown = false);
                break;
            case 9:
                _cluster.Silo(slot)?.Deactivate(_random.Next(100));
                break;
        }
    }

    private void Restart(int slot)
    {
        if (_cluster.Silo(slot) is null) _cluster.StartSilo(slot);
    }

    // It sleeps, is taken for dead when that takes long, and learns so some time after it has gone on.
    private void Freeze(int slot)
    {
        if (_cluster.Silo(slot) is not { Process.IsFrozen: false } silo) return;
        silo.Process.Freeze();
        var sleep = _world.Between(200, 12_000);
        if (sleep > TimeSpan.FromSeconds(4) || _random.Next(3) == 0) _world.Later(_world.Between(100, 4_000), null, () =>
        {
            if (!_faults.IsHealed) _cluster.DeclareDead(silo);
        });
        _world.Later(sleep, null, () =>
        {
            if (silo.Process.IsDead) return;
            if (silo.Process.IsFrozen) silo.Process.Thaw();
            _world.Later(_world.Between(10, 3_000), null, () =>
            {
                if (silo.Process.IsDead || !silo.IsDeclaredDead || _cluster.Silo(slot) != silo) return;
                _cluster.KillSilo(slot);
                _world.Later(_world.Between(100, 3_000), null, () => Restart(slot));
            });
        });
    }
}
