using JobRequests.Grains;
using JobRequests.Grains.Abstractions;
using Microsoft.Extensions.Logging.Abstractions;

namespace JobRequests.Simulation.Tests;

/// <summary>A silo: activations of jobs and view shards, readers of partitions, sweepers. All of it ends with its process.</summary>
internal sealed class SimulatedSilo
{
    private readonly SimulatedCluster _cluster;
    private readonly Dictionary<string, JobActivation> _jobs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ViewActivation> _views = new(StringComparer.Ordinal);
    private readonly Dictionary<int, (PartitionReader<CommandEnvelope> Commands, PartitionReader<JobEvent> Events)> _readers = [];

    public SimulatedSilo(SimulatedCluster cluster, SimulatedProcess process)
    {
        _cluster = cluster;
        Process = process;
        Agent = process.NewActor();
        Agent.Start(SweepAsync);
    }

    public SimulatedProcess Process { get; }

    /// <summary>Where the silo's own work runs: pulling agents and sweepers.</summary>
    public Actor Agent { get; }

    public SimulatedCluster Cluster => _cluster;

    /// <summary>The others believe that it is dead.</summary>
    public bool IsDeclaredDead { get; set; }

    public int Waiting => _jobs.Values.Sum(job => job.Executor.Waiting);

    public JobActivation Job(string id)
    {
        if (_jobs.TryGetValue(id, out var job)) return job;
        return _jobs[id] = new JobActivation(this, id);
    }

    public ViewActivation View(string shard)
    {
        if (_views.TryGetValue(shard, out var view)) return view;
        return _views[shard] = new ViewActivation(this);
    }

    /// <summary>A job that is idle leaves memory, whatever is left of its outbox.</summary>
    public void Deactivate(int number)
    {
        if (_jobs.Count == 0) return;
        var (id, job) = _jobs.ElementAt(number % _jobs.Count);
        job.Actor.Start(async () =>
        {
            using var waitLimit = new CancellationTokenSource(TimeSpan.FromSeconds(5), Process.Clock);
            try
            {
                await job.Executor.StopAsync(waitLimit.Token);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException)
            {
                // The outbox stays in the document.
            }

            if (_jobs.GetValueOrDefault(id) == job) _jobs.Remove(id);
        });
    }

    public void Own(IReadOnlyCollection<int> partitions)
    {
        foreach (var (partition, readers) in _readers.Where(reader => !partitions.Contains(reader.Key)).ToList())
        {
            readers.Commands.Close();
            readers.Events.Close();
            _readers.Remove(partition);
        }

        foreach (var partition in partitions.Where(partition => !_readers.ContainsKey(partition)))
        {
            var commands = new PartitionReader<CommandEnvelope>(
                _cluster.Requests, partition, Agent, _cluster.Network, _cluster.Rules, _cluster.DeliverCommandsAsync);
            var events = new PartitionReader<JobEvent>(_cluster.FinalEvents, partition, Agent, _cluster.Network, new Rules(), _cluster.DeliverEventsAsync);
            _readers[partition] = (commands, events);
            commands.Open();
            events.Open();
        }
    }

    // As the sweepers do: what waits for too long is found in the store, and its grain woken.
    private async Task SweepAsync()
    {
        var age = TimeSpan.Zero;
        while (true)
        {
            try
            {
                var now = Process.Clock.GetUtcNow();
                var before = now - age;
                var (unpublished, due) = await _cluster.Network.AskAsync(
                    Agent, () => (_cluster.Store.FindUnpublished(before), _cluster.Store.FindDue(now)), TimeSpan.FromSeconds(1));
                foreach (var id in unpublished) Wake(job => job.PublishOutboxAsync(), id);
                foreach (var id in due) Wake(job => job.AdvanceAsync(), id);
            }
            catch (IOException)
            {
                // The next sweep finds it again.
            }

            age = _cluster.Options.OutboxSweepAge;
            await Agent.DelayAsync(_cluster.Network.Faults.IsHealed ? TimeSpan.FromSeconds(1) : TimeSpan.FromSeconds(5));
        }

        void Wake(Func<JobRequestExecutor, Task> wake, string id) => Agent.Start(async () =>
        {
            try
            {
                await _cluster.CallJobAsync(Agent, id, async job =>
                {
                    await wake(job);
                    return true;
                });
            }
            catch (Exception exception) when (exception is IOException)
            {
                // As above.
            }
        });
    }
}

/// <summary>What JobRequestGrain does around the executor, without Orleans.</summary>
internal sealed class JobActivation
{
    private readonly SimulatedCluster _cluster;
    private bool _isOutboxPositionPending;

    public JobActivation(SimulatedSilo silo, string id)
    {
        _cluster = silo.Cluster;
        Actor = silo.Process.NewActor();
        Executor = new JobRequestExecutor(
            id,
            new StoreConnection(id, _cluster.Store, _cluster.Network, Actor),
            new TopicPublisher(_cluster, Actor),
            _cluster.Options,
            silo.Process.Clock,
            NullLogger.Instance,
            _cluster.Random);
        Executor.OutboxPositionPending += ScheduleOutboxPosition;
    }

    public Actor Actor { get; }

    public JobRequestExecutor Executor { get; }

    private void ScheduleOutboxPosition()
    {
        if (_isOutboxPositionPending) return;
        _isOutboxPositionPending = true;
        Actor.Start(async () =>
        {
            await Actor.DelayAsync(_cluster.Options.OutboxPositionDelay);
            _isOutboxPositionPending = false;
            try
            {
                await Executor.MarkPublishedAsync();
            }
            catch (IOException)
            {
                ScheduleOutboxPosition();
            }
        });
    }

    private sealed class TopicPublisher(SimulatedCluster cluster, Actor actor) : IJobEventPublisher
    {
        public Task PublishAsync(JobEvent jobEvent) => cluster.FinalEvents.ProduceAsync(actor, jobEvent.JobRequestId, jobEvent);
    }
}

/// <summary>What JobViewGrain does around the projection, without Orleans.</summary>
internal sealed class ViewActivation
{
    public ViewActivation(SimulatedSilo silo)
    {
        var cluster = silo.Cluster;
        Actor = silo.Process.NewActor();
        Projection = new JobViewProjection(
            new ViewStoreConnection(cluster.Store, cluster.Network, Actor),
            (id, caller) => cluster.ReadJobAsync(Actor, id, caller),
            (id, caller) => cluster.CallJobAsync(Actor, id, job => job.Reads.ReadHistoryAsync(caller)),
            silo.Process.Clock,
            NullLogger.Instance);
    }

    public Actor Actor { get; }

    public JobViewProjection Projection { get; }
}
