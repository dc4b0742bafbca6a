using System.Diagnostics.Metrics;
using JobRequests.Domain;
using JobRequests.Gateway;
using JobRequests.Gateway.Administration;
using JobRequests.Gateway.Events;
using JobRequests.Gateway.Hosting;
using JobRequests.Gateway.Idempotency;
using JobRequests.Gateway.JobRequests;
using JobRequests.Gateway.Limits;
using JobRequests.Gateway.Requests;
using JobRequests.Grains.Abstractions;
using JobRequests.Streaming.Kafka;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using CachedRequest = JobRequests.Gateway.Idempotency.CachedRequest;
using RequestName = JobRequests.Gateway.Requests.RequestName;

namespace JobRequests.Simulation.Tests;

/// <summary>A gateway behind its HTTP: the same command executor, waiter and ledger, the log and the jobs of the simulation.</summary>
internal sealed class SimulatedGateway
{
    private static readonly IMeterFactory Meters = new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>();

    private readonly SimulatedCluster _cluster;
    private readonly CommandReader _commands;
    private readonly CommandExecutor _executor;
    private readonly OutcomeWaiter _outcomes;
    private readonly IIdempotencyCache _ledger;
    private readonly GatewayOptions _options = new();

    public SimulatedGateway(SimulatedCluster cluster, SimulatedProcess process, SimulatedCache? cache)
    {
        _cluster = cluster;
        Process = process;
        Actor = process.NewActor();
        var options = Options.Create(_options);
        var jobs = new Jobs(cluster, Actor);
        _ledger = cache is null ? new InMemoryIdempotencyCache(options, process.Clock) : new CacheConnection(cache, cluster.Network, Actor);
        _commands = new CommandReader(null!, null!, options, process.Clock);
        _outcomes = new OutcomeWaiter(jobs, process.Clock, NullLogger<OutcomeWaiter>.Instance, cluster.Random);
        // Nothing is known of the log, and every command goes through it: the more commands it carries, the more can go wrong.
        var admission = Options.Create(new AdmissionOptions { StaleAfter = TimeSpan.FromDays(1_000), ClosedJobs = 0 });
        var backlog = new BacklogMonitor(
            new UnknownBacklog(), new SiloChanges(admission, process.Clock), admission, process.Clock, NullLogger<BacklogMonitor>.Instance);
        var admits =
            new Admission(options, admission, new SameProcess(), backlog, new StorageWatch(), new CommandStatistics(Meters, process.Clock), process.Clock);
        _executor = new CommandExecutor(
            jobs, _ledger, admits, backlog, new ClosedJobs(admission, new JobEventFeed(Options.Create(new FeedOptions()))),
            new PreviousJob(null!, admits, options, process.Clock, NullLogger<PreviousJob>.Instance), _outcomes, process.Clock,
            NullLogger<CommandExecutor>.Instance);
    }

    public SimulatedProcess Process { get; }

    public Actor Actor { get; }

    /// <summary>Repeats that still wait for another attempt's outcome.</summary>
    public int Waiting => _ledger is CacheConnection cache ? cache.Waiting : 0;

    public async Task<CommandResult> ExecuteAsync(
        Caller caller, string key, string job, JobRequestCommand command, int? ifMatch, TimeSpan wait, TimeSpan? deadline)
    {
        var arrival = new Arrival(Process.Clock.GetUtcNow(), Process.Clock.GetTimestamp(), null);
        var preferences = new Preferences(wait, Asynchronous: false, Strict: false, Applied: null);
        return await _executor.ExecuteAsync(
            _commands.Compose(arrival, caller, key, job, command, ifMatch, preferences, arrival.At + deadline), CancellationToken.None);
    }

    /// <summary>What the status route asks. Null: nothing is known.</summary>
    public async Task<JobRequestReply?> AskAsync(Caller caller, RequestName name, DateTimeOffset notAfter)
    {
        if (await _ledger.FindAsync(name) is CachedRequest.Decided decided)
            return decided.Reply is JobRequestReply.Succeeded success ? success with { Replayed = true } : decided.Reply;
        var query = new OutcomeQuery(caller, name.Operation, name.Key, Fingerprint: null, ReceivedAt: null, notAfter);
        var waitLimit = OutcomeWaiter.TimeoutUntil(_options.ReadTimeout, TimeSpan.Zero);
        return (await _outcomes.WaitAsync(name.JobRequestId, query, Process.Clock.GetTimestamp(), TimeSpan.Zero, waitLimit, CancellationToken.None)).Reply;
    }

    /// <summary>What the read route gives; throws where it gives 503.</summary>
    public async Task<JobSnapshot?> ReadAsync(Caller caller, string job, bool strong, int minVersion)
    {
        if (strong) return await _cluster.ReadJobAsync(Actor, job, caller).WaitAsync(_options.ReadTimeout, Process.Clock);
        JobSnapshot? view = null;
        try
        {
            view = await _cluster.CallViewAsync(Actor, job, projection => projection.ReadAsync(job, caller, minVersion, _options.ViewWait))
                .WaitAsync(_options.ViewWait * 2, Process.Clock);
        }
        catch (Exception exception) when (exception is IOException or TimeoutException)
        {
            // The job itself is asked.
        }

        return view is null || view.Version < minVersion
            ? await _cluster.ReadJobAsync(Actor, job, caller).WaitAsync(_options.ReadTimeout, Process.Clock) ?? view : view;
    }

    /// <summary>OrleansJobRequests, without Orleans.</summary>
    private sealed class Jobs(SimulatedCluster cluster, Actor actor) : IJobCommands
    {
        private static readonly KafkaProduceFailureClassifier Failures = new();

        public async Task SubmitAsync(CommandEnvelope command)
        {
            try
            {
                await cluster.Requests.ProduceAsync(actor, command.JobRequestId, command);
            }
            catch (KafkaProduceException exception) when (Failures.IsCertainlyNotEnqueued(exception))
            {
                throw new NotEnqueuedException(exception);
            }
        }

        public Task<JobRequestReply> GetOutcomeAsync(string jobRequestId, OutcomeQuery query, TimeSpan wait) =>
            cluster.CallJobAsync(actor, jobRequestId, job => job.GetOutcomeAsync(query, wait));
    }
}
