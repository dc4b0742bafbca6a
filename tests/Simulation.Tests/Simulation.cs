using JobRequests.Verification;

namespace JobRequests.Simulation.Tests;

/// <summary>One run: people, gateways, silos and servers, what goes wrong, then everything healed and drained, then the judgement.</summary>
internal sealed class Simulation
{
    private static readonly TimeSpan DrainLimit = TimeSpan.FromMinutes(10);

    private readonly World _world;
    private readonly FaultPlan _faults;
    private readonly Network _network;
    private readonly SimulatedCluster _cluster;
    private readonly SimulatedCache? _cache;
    private readonly SimulatedGateway?[] _gateways;
    private readonly SimulatedClients _clients;
    private readonly Chaos _chaos;
    private readonly JobRequestOptions _options;
    private int _gatewaysStarted;

    private Simulation(Scenario scenario)
    {
        _world = new World(scenario.Seed);
        _faults = new FaultPlan(scenario.Seed, scenario.Faults);
        _network = new Network(_world, _faults);
        _options = new JobRequestOptions
        {
            MaxFailsPerCaller = _world.Random.Next(2) == 0 ? 32 : 3,
            MaxEvents = _world.Random.Next(2) == 0 ? 500 : 4,
            OutboxPositionDelay = TimeSpan.FromSeconds(2),
            OutboxSweepAge = TimeSpan.FromSeconds(6),
            RetryBudget = scenario.RetryBudget,
        };
        _cluster = new SimulatedCluster(_world, _network, _options, scenario.Rules, silos: 1 + _world.Random.Next(3));
        _cache = _world.Random.Next(3) == 0 ? null : new SimulatedCache(_world);
        _gateways = new SimulatedGateway?[_cache is null ? 1 : 2];
        for (var i = 0; i < _gateways.Length; i++) StartGateway(i);
        _clients = new SimulatedClients(_world, AnyGateway, people: 2 + _world.Random.Next(6), scenario.Operations);
        _chaos = new Chaos(_world, _faults, _cluster, _cache, KillGateway);
    }

    /// <summary>Runs it and judges what is left.</summary>
    public static RunResult Run(Scenario scenario)
    {
        var simulation = new Simulation(scenario);
        var findings = new List<string>();
        try
        {
            simulation.Play(findings);
        }
        catch (SimulationException exception)
        {
            findings.Add(exception.ToString());
        }

        return new RunResult(scenario, findings, simulation._clients.Calls.Count, simulation._world.Turns, simulation._world.Digest,
            simulation._cluster.Store.Conflicts, simulation._world.TraceLines);
    }

    private void Play(List<string> findings)
    {
        _world.RunUntil(() => _clients.IsDone, TimeSpan.FromHours(1));
        _faults.Heal();
        _chaos.Heal();
        for (var i = 0; i < _gateways.Length; i++)
            if (_gateways[i] is null) StartGateway(i);
        _world.Trace("everything is healed");
        UntilDrained(findings);
        // Events that a view did not take for too long. Dead letters stay where they are: the judgement knows of them.
        _cluster.FinalEvents.Replay();
        UntilDrained(findings);
        // What still waits has its own limits.
        _world.RunUntil(() => false, TimeSpan.FromSeconds(40));
        if (_cluster.Silos.Sum(silo => silo.Waiting) + _gateways.Sum(gateway => gateway!.Waiting) is > 0 and var waiting)
            findings.Add($"{waiting} calls still wait.");
        Judge(findings);
    }

    private void UntilDrained(List<string> findings)
    {
        if (!_world.RunUntil(() => _clients.IsDone && IsDrained(), DrainLimit))
            findings.Add($"After {DrainLimit} without a fault it has not come to rest: {WhatIsLeft()}");
    }

    private bool IsDrained() =>
        _cluster.Requests.IsFinished && _cluster.FinalEvents.IsFinished && _cluster.Store.IsAtRest();

    private string WhatIsLeft() =>
        $"callers done: {_clients.IsDone}, requests committed: {_cluster.Requests.Progress}, finalevents committed: {_cluster.FinalEvents.Progress}, outboxes "
            + $"and deadlines: {_cluster.Store.IsAtRest()}.";

    private void Judge(List<string> findings)
    {
        var rules = new CheckRules
        {
            Settled = true,
            MaxFailsPerCaller = _options.MaxFailsPerCaller,
            MaxFailsPerJob = _options.MaxFailsPerJob,
            MaxEvents = _options.MaxEvents,
        };
        foreach (var evidence in EvidenceOf.All(_cluster, _clients.Calls, _chaos.CacheWipes))
        {
            var judged = JobChecker.Check(evidence, rules);
            if (judged.Linearizability == Linearizability.Undecided) findings.Add($"{evidence.Job}: nothing was found out about the order of its calls.");
            foreach (var violation in judged.Violations)
                findings.Add($"{violation.Invariant} {violation.Job} version {violation.Version} by {violation.Caller} key {violation.Key}: "
                    + $"{violation.Message}\n    {string.Join("\n    ", violation.Evidence)}");
        }
    }

    private SimulatedGateway? AnyGateway() => _gateways[_world.Random.Next(_gateways.Length)];

    private void StartGateway(int slot)
    {
        var skew = _faults.Includes(Fault.Clocks) ? _world.Between(-900, 900) : TimeSpan.Zero;
        _gateways[slot] = new SimulatedGateway(_cluster, new SimulatedProcess(_world, $"gateway{slot}.{++_gatewaysStarted}", skew), _cache);
    }

    private void KillGateway(int number)
    {
        var slot = number % _gateways.Length;
        if (_gateways[slot] is not { } gateway) return;
        gateway.Process.Kill();
        _gateways[slot] = null;
        _world.Later(_world.Between(100, 3_000), null, () =>
        {
            if (_gateways[slot] is null) StartGateway(slot);
        });
    }
}

/// <param name="Findings">What must not be; empty for a good run.</param>
/// <param name="Calls">Calls that were made.</param>
/// <param name="Turns">Turns that were taken.</param>
/// <param name="Digest">The same for the same run.</param>
/// <param name="Conflicts">Writes that the store refused.</param>
/// <param name="Trace">What happened, where tracing is on.</param>
internal sealed record RunResult(
    Scenario Scenario, IReadOnlyList<string> Findings, int Calls, long Turns, long Digest, int Conflicts, IReadOnlyList<string> Trace)
{
    public bool IsGood => Findings.Count == 0;
}
