using System.Collections.Concurrent;
using System.Collections.Immutable;
using JobRequests.Gateway.JobRequests;
using JobRequests.Gateway.Requests;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Gateway.Tests.Hosting;

/// <summary>
/// Jobs that do what a test says. As they are, every command published succeeds at once, the first time under its key, and is
/// a replay afterwards.
/// </summary>
internal sealed class ScriptedJobs : IJobRequests
{
    private readonly ConcurrentDictionary<RequestName, TaskCompletionSource<JobRequestReply>> _outcomes = new();
    private readonly ConcurrentDictionary<RequestName, CommandEnvelope> _decided = new();

    /// <summary>What was published, in order.</summary>
    public ConcurrentQueue<CommandEnvelope> Submitted { get; } = new();

    /// <summary>What was asked, in order.</summary>
    public ConcurrentQueue<(string Job, OutcomeQuery Query, TimeSpan Wait)> Asked { get; } = new();

    /// <summary>The decision on a command; null leaves it undecided.</summary>
    public Func<CommandEnvelope, JobRequestReply?> Decide { get; set; } = command =>
        new JobRequestReply.Succeeded(1, Snapshots.Job(command.JobRequestId, command.Caller.Person), false);

    /// <summary>The publication itself.</summary>
    public Func<CommandEnvelope, Task> Submit { get; set; } = _ => Task.CompletedTask;

    /// <summary>Takes the place of waiting for the decision.</summary>
    public Func<string, OutcomeQuery, TimeSpan, Task<JobRequestReply>>? GetOutcome { get; set; }

    public Func<CommandEnvelope, Task<JobRequestReply>> Preview { get; set; } = _ => Task.FromResult<JobRequestReply>(new JobRequestReply.NotFound());

    public Func<string, Caller, Task<JobSnapshot?>> Read { get; set; } = (_, _) => Task.FromResult<JobSnapshot?>(null);

    public Func<string, Caller, int, TimeSpan, Task<JobSnapshot?>> ReadView { get; set; } = (_, _, _, _) => Task.FromResult<JobSnapshot?>(null);

    public Func<string, Caller, Task<JobHistory?>> ReadHistory { get; set; } = (_, _) => Task.FromResult<JobHistory?>(null);

    public Func<JobQuery, Caller, Task<JobPage>> List { get; set; } = (_, _) => Task.FromResult(new JobPage([], null));

    public Func<JobQuery, Caller, Task<JobCounts>> Count { get; set; } = (_, _) =>
        Task.FromResult(new JobCounts(ImmutableDictionary<string, long>.Empty, true));

    public Func<Task<ViewRebuildStatus>> RebuildViews { get; set; } = () =>
        Task.FromResult(new ViewRebuildStatus(ViewRebuildState.Idle, null, null, 0, 0, [], null));

    public Func<StatisticsQuery, CancellationToken, Task<JobStatistics>> ReadStatistics { get; set; } = (_, _) =>
        Task.FromResult(new JobStatistics([], [], 0, true));

    public Func<Task<TimeSpan>> ReadViewLag { get; set; } = () => Task.FromResult(TimeSpan.Zero);

    public Func<string, Caller, string, string, Task<RequestExplanation?>> Explain { get; set; } = (_, _, _, _) => Task.FromResult<RequestExplanation?>(null);

    public Func<string, Caller, Task<JobTimeline?>> ReadTimeline { get; set; } = (_, _) => Task.FromResult<JobTimeline?>(null);

    public Func<Task> Ping { get; set; } = () => Task.CompletedTask;

    /// <summary>Makes the outcome of a request known from outside.</summary>
    public void Settle(RequestName name, JobRequestReply reply) => Outcome(name).TrySetResult(reply);

    public async Task SubmitAsync(CommandEnvelope command)
    {
        Submitted.Enqueue(command);
        await Submit(command);
        if (Decide(command) is not { } reply) return;
        var name = new RequestName(command.Caller.Person, command.Command.Operation, command.JobRequestId, command.Key);
        _decided.TryAdd(name, command);
        Outcome(name).TrySetResult(reply);
    }

    public async Task<JobRequestReply> GetOutcomeAsync(string jobRequestId, OutcomeQuery query, TimeSpan wait)
    {
        Asked.Enqueue((jobRequestId, query, wait));
        if (GetOutcome is not null) return await GetOutcome(jobRequestId, query, wait);
        var name = new RequestName(query.Caller.Person, query.Operation, jobRequestId, query.Key);
        try
        {
            var reply = await Outcome(name).Task.WaitAsync(wait);
            if (_decided.TryGetValue(name, out var command))
            {
                if (query.Fingerprint is not null && query.Fingerprint != command.Fingerprint) return new JobRequestReply.KeyReused(true);
                if (query.ReceivedAt != command.ReceivedAt && reply is JobRequestReply.Succeeded success) return success with { Replayed = true };
                if (query.ReceivedAt != command.ReceivedAt && reply is JobRequestReply.Rejected rejected) return rejected with { Replayed = true };
            }

            return reply;
        }
        catch (TimeoutException)
        {
            return new JobRequestReply.Pending();
        }
    }

    public Task<JobRequestReply> PreviewAsync(CommandEnvelope command) => Preview(command);

    public Task<JobSnapshot?> ReadAsync(string jobRequestId, Caller caller) => Read(jobRequestId, caller);

    public Task<JobSnapshot?> ReadViewAsync(string jobRequestId, Caller caller, int minVersion, TimeSpan wait) =>
        ReadView(jobRequestId, caller, minVersion, wait);

    public Task<JobHistory?> ReadHistoryAsync(string jobRequestId, Caller caller) => ReadHistory(jobRequestId, caller);

    public Task<JobPage> ListAsync(JobQuery query, Caller caller, CancellationToken cancellationToken) => List(query, caller);

    public Task<JobCounts> CountAsync(JobQuery query, Caller caller, CancellationToken cancellationToken) => Count(query, caller);

    public Task<JobStatistics> ReadStatisticsAsync(StatisticsQuery query, CancellationToken cancellationToken) => ReadStatistics(query, cancellationToken);

    public Task<TimeSpan> ReadViewLagAsync() => ReadViewLag();

    public Task<ViewRebuildStatus> StartViewRebuildAsync() => RebuildViews();

    public Task<ViewRebuildStatus> ReadViewRebuildAsync() => RebuildViews();

    public Task<DateTimeOffset?> ReadViewTimeAsync(string jobRequestId, int version) => Task.FromResult<DateTimeOffset?>(null);

    public Task<RequestExplanation?> ExplainAsync(string jobRequestId, Caller caller, string operation, string key) =>
        Explain(jobRequestId, caller, operation, key);

    public Task<JobTimeline?> ReadTimelineAsync(string jobRequestId, Caller caller) => ReadTimeline(jobRequestId, caller);

    public Task PingAsync() => Ping();

    private TaskCompletionSource<JobRequestReply> Outcome(RequestName name) =>
        _outcomes.GetOrAdd(name, _ => new TaskCompletionSource<JobRequestReply>(TaskCreationOptions.RunContinuationsAsynchronously));
}
