using System.Globalization;
using System.Runtime.CompilerServices;
using JobRequests.Client.Wire;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace JobRequests.Client;

/// <summary>
/// The JobRequests API. Each command gets a key, is saved in the store, and is repeated with that key, never with another, for as long as the
/// caller waits: after network errors, 429, 503, 504 and 202, when and as the service advises. Safe for concurrent use.
/// </summary>
public sealed class JobRequestsClient
{
    private readonly GatewayConnection _gateway;
    private readonly Replays _replays;
    private readonly CommandAttempts _attempts;
    private readonly ManyCreates _many;
    private readonly IPendingRequestStore _store;
    private readonly JobRequestsClientOptions _options;
    private readonly TimeProvider _clock;

    /// <param name="http">Its <see cref="HttpClient.BaseAddress"/>, where set, goes before <see cref="JobRequestsClientOptions.BaseAddress"/>.</param>
    /// <param name="options">Defaults when null.</param>
    /// <param name="store">Where requests without an outcome are kept; in memory when null.</param>
    /// <param name="clock">The system's when null.</param>
    /// <param name="logger">None when null.</param>
    public JobRequestsClient(
        HttpClient http,
        JobRequestsClientOptions? options = null,
        IPendingRequestStore? store = null,
        TimeProvider? clock = null,
        ILogger<JobRequestsClient>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        _options = options ?? new JobRequestsClientOptions();
        _store = store ?? new InMemoryPendingRequestStore();
        _clock = clock ?? TimeProvider.System;
        _gateway = new GatewayConnection(http, _options, _clock);
        _replays = new Replays(_gateway, _options, _clock);
        _attempts = new CommandAttempts(_gateway, _replays, _store, _options, _clock, logger ?? NullLogger<JobRequestsClient>.Instance);
        _many = new ManyCreates(_gateway, _options, _clock);
    }

    /// <summary>Offers a job; the caller becomes its requester.</summary>
    public Task<CommandResult> CreateAsync(NewJob job, CommandOptions? options = null, CancellationToken cancellationToken = default) =>
        SendAsync(JobCommand.Create(job), options, cancellationToken);

    /// <summary>
    /// Offers many jobs, up to 1,000 in a call to the service. The results come as they are known, in the order of the jobs; each job is decided by itself.
    /// Nothing is saved: after a crash, the same jobs under the same key (<see cref="CommandOptions.Key"/>) get the same results, and what has none yet is
    /// done. Of the options, key, wait (for each call) and progress count.
    /// </summary>
    /// <exception cref="JobRequestsException">The service refused a call as a whole, for example for want of a valid token.</exception>
    public IAsyncEnumerable<CommandResult> CreateManyAsync(
        IEnumerable<NewJob> jobs, CommandOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(jobs);
        var key = options?.Key is { } own ? IdempotencyKey.Checked(own) : IdempotencyKey.New();
        return _many.RunAsync([.. jobs.Select(JobCommand.PayloadOf)], key, options?.Wait ?? _options.Wait, options?.Progress, cancellationToken);
    }

    /// <summary>
    /// How many of the jobs each call of <see cref="CreateManyAsync"/> takes. Call and place in it are a part of a job's key: jobs that are corrected and sent
    /// again under the same key have to leave both as they were.
    /// </summary>
    public static IReadOnlyList<int> CallsOf(IEnumerable<NewJob> jobs)
    {
        ArgumentNullException.ThrowIfNull(jobs);
        return [.. ManyCreates.Calls(jobs.Select(JobCommand.PayloadOf)).Select(static call => call.Count)];
    }

    /// <summary>Takes the job, if the caller is a candidate and nobody else has it. <see cref="Acceptance.Of"/> reads the answer.</summary>
    public Task<CommandResult> AcceptAsync(string job, CommandOptions? options = null, CancellationToken cancellationToken = default) =>
        SendAsync(JobCommand.Accept(job), options, cancellationToken);

    /// <summary>Takes the job, or waits in line for it where somebody else has it. <see cref="Acceptance.Of"/> reads the answer.</summary>
    public Task<CommandResult> AcceptOrStandbyAsync(string job, CommandOptions? options = null, CancellationToken cancellationToken = default) =>
        SendAsync(JobCommand.Accept(job, orStandby: true), options, cancellationToken);

    /// <summary>Says that the win has been seen, where the job asks for it: send it when the answer has been shown.</summary>
    public Task<CommandResult> ConfirmAsync(string job, CommandOptions? options = null, CancellationToken cancellationToken = default) =>
        SendAsync(JobCommand.Confirm(job), options, cancellationToken);

    /// <param name="job">The job's id.</param>
    /// <param name="reason">At most 200 characters.</param>
    /// <param name="options">Defaults when null.</param>
    /// <param name="cancellationToken">Ends the waiting, not the command.</param>
    public Task<CommandResult> DeclineAsync(string job, string? reason = null, CommandOptions? options = null, CancellationToken cancellationToken = default) =>
        SendAsync(JobCommand.Decline(job, reason), options, cancellationToken);

    /// <summary>Gives an accepted job back, to the first on standby or to all; or leaves the line of those on standby.</summary>
    public Task<CommandResult> WithdrawAsync(string job, CommandOptions? options = null, CancellationToken cancellationToken = default) =>
        SendAsync(JobCommand.Withdraw(job), options, cancellationToken);

    /// <summary>Calls the job off; the requester's right, and administrators'.</summary>
    /// <param name="job">The job's id.</param>
    /// <param name="reason">At most 200 characters.</param>
    /// <param name="options">Defaults when null.</param>
    /// <param name="cancellationToken">Ends the waiting, not the command.</param>
    public Task<CommandResult> CancelAsync(string job, string? reason = null, CommandOptions? options = null, CancellationToken cancellationToken = default) =>
        SendAsync(JobCommand.Cancel(job, reason), options, cancellationToken);

    /// <summary>Changes what a job says, and adds people; the requester's right, and administrators'.</summary>
    public Task<CommandResult> AmendAsync(
        string job, JobChanges changes, CommandOptions? options = null, CancellationToken cancellationToken = default) =>
        SendAsync(JobCommand.Amend(job, changes), options, cancellationToken);

    /// <summary>Gives an open job to a person, who need not have been asked; the requester's right, and administrators'.</summary>
    public Task<CommandResult> AssignAsync(string job, string candidate, CommandOptions? options = null, CancellationToken cancellationToken = default) =>
        SendAsync(JobCommand.Assign(job, candidate), options, cancellationToken);

    /// <summary>Takes the job from the one who has it, also after the start; the first on standby has it, or it is open again. The requester's right, and
    /// administrators'.</summary>
    /// <param name="job">The job's id.</param>
    /// <param name="reason">At most 200 characters.</param>
    /// <param name="options">Defaults when null.</param>
    /// <param name="cancellationToken">Ends the waiting, not the command.</param>
    public Task<CommandResult> ReleaseAsync(string job, string? reason = null, CommandOptions? options = null, CancellationToken cancellationToken = default) =>
        SendAsync(JobCommand.Release(job, reason), options, cancellationToken);

    public Task<CommandResult> StartAsync(string job, CommandOptions? options = null, CancellationToken cancellationToken = default) =>
        SendAsync(JobCommand.Start(job), options, cancellationToken);

    public Task<CommandResult> FinishTaskAsync(string job, string task, CommandOptions? options = null, CancellationToken cancellationToken = default) =>
        SendAsync(JobCommand.FinishTask(job, task), options, cancellationToken);

    public Task<CommandResult> FinishAsync(string job, CommandOptions? options = null, CancellationToken cancellationToken = default) =>
        SendAsync(JobCommand.Finish(job), options, cancellationToken);

    /// <summary>
    /// Sends a command and waits for its outcome. Returns within the wait plus <see cref="JobRequestsClientOptions.AnswerGrace"/>.
    /// Cancelling ends the waiting, not the command: its key stays in the store.
    /// </summary>
    /// <exception cref="IOException">The request could not be saved; nothing was sent.</exception>
    public async Task<CommandResult> SendAsync(JobCommand command, CommandOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        options ??= new CommandOptions();
        var request = new PendingRequest
        {
            Key = options.Key is null ? IdempotencyKey.New() : IdempotencyKey.Checked(options.Key),
            Operation = command.Operation,
            Job = command.Job,
            TaskId = command.TaskId,
            Payload = command.Payload,
            IfMatch = options.IfMatch,
            ExecuteBefore = options.ExecuteBefore,
            Server = _gateway.BaseAddress.GetLeftPart(UriPartial.Path).TrimEnd('/'),
            Caller = _options.Caller,
            Created = _clock.GetUtcNow(),
        };
        // With a key of the caller's own this may be a repeat of what an earlier call left without an outcome.
        var earlier = options.Key is null ? null : await _store.FindAsync(request, cancellationToken);
        if (earlier is null)
            await _store.SaveAsync(request, cancellationToken);
        return await _attempts.RunAsync(earlier ?? request, options.Wait
            ?? _options.Wait, mayBeEnqueued: earlier is not null, options.Progress, cancellationToken);
    }

    /// <summary>Asks for the outcome of a saved request, and sends it again with its key where the service does not know it.</summary>
    public Task<CommandResult> ResumeAsync(
        PendingRequest request, TimeSpan? wait = null, IProgress<CommandProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        // Whether the process that saved it came to send it cannot be told: it is taken as sent.
        return _attempts.RunAsync(request, wait ?? _options.Wait, mayBeEnqueued: true, progress, cancellationToken);
    }

    /// <summary>What the command would do now. Needs no key, stores nothing.</summary>
    /// <exception cref="JobRequestsException">The service refused to tell.</exception>
    public async Task<DryRun> DryRunAsync(JobCommand command, long? ifMatch = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        var answer = await _gateway.DryRunAsync(command, ifMatch, cancellationToken);
        return answer.Status is >= 200 and < 300 && answer.Read(WireJson.Default.DryRunAnswer)?.Would is { } would
            ? new DryRun(would.Outcome ?? "", would.Code, would.Version, would.Standby?.Rank) { Answer = answer.Raw }
            : throw answer.ToException();
    }

    /// <param name="job">The job's id.</param>
    /// <param name="consistency">Whether the view is enough.</param>
    /// <param name="minVersion">The answer is at least as new as this version, for reading one's own write.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="JobRequestsException">Refused; <see cref="JobRequestsException.IsNotFound"/> also when the job is none of the caller's
    /// business.</exception>
    /// <exception cref="HttpRequestException">The service could not be reached.</exception>
    public async Task<Job> GetJobAsync(
        string job, Consistency consistency = Consistency.View, long? minVersion = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(job);
        var answer = await _gateway.GetAsync($"v1/job-requests/{Uri.EscapeDataString(job)}" + Query(
            ("consistency", consistency == Consistency.Strong ? "strong" : null),
            ("minVersion", minVersion?.ToString(CultureInfo.InvariantCulture))), cancellationToken);
        return Body(answer, WireJson.Default.Job) with { Answer = answer.Raw };
    }

    /// <summary>All jobs that the caller may see and the filter lets through, newest first, page after page as they are enumerated.</summary>
    /// <param name="filter">Every job when null.</param>
    /// <param name="pageSize">Jobs a page, 1 to 200.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <exception cref="JobRequestsException">Refused.</exception>
    /// <exception cref="HttpRequestException">The service could not be reached.</exception>
    public async IAsyncEnumerable<Job> ListJobsAsync(
        JobFilter? filter = null, int? pageSize = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        JobPage? page = null;
        do
        {
            page = await GetJobPageAsync(filter, page?.Next, pageSize, cancellationToken);
            foreach (var job in page.Items)
                yield return job;
        }
        while (page.Next is not null);
    }

    /// <param name="filter">Every job when null.</param>
    /// <param name="cursor"><see cref="JobPage.Next"/> of the page before, with the same filter; null begins with the newest.</param>
    /// <param name="limit">Jobs a page, 1 to 200.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="JobRequestsException">Refused.</exception>
    /// <exception cref="HttpRequestException">The service could not be reached.</exception>
    public async Task<JobPage> GetJobPageAsync(
        JobFilter? filter = null, string? cursor = null, int? limit = null, CancellationToken cancellationToken = default)
    {
        var answer = await _gateway.GetAsync("v1/job-requests" + Query(
        [
            .. filter?.Metadata?.Select(pair => ($"metadata.{pair.Key}", (string?)pair.Value)) ?? [],
            ("status", filter?.Status),
            ("candidate", filter?.Candidate),
            ("standing", filter?.Standing),
            ("requester", filter?.Requester),
            ("startsFrom", Time(filter?.StartsFrom)),
            ("startsTo", Time(filter?.StartsTo)),
            ("q", filter?.Text),
            ("previous", filter?.Previous),
            ("limit", limit?.ToString(CultureInfo.InvariantCulture)),
            ("cursor", cursor),
        ]), cancellationToken);
        return Body(answer, WireJson.Default.JobPage) with { Answer = answer.Raw };
    }

    /// <summary>How many jobs the caller may see, by status.</summary>
    /// <param name="filter">Its status and text do not count.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="JobRequestsException">Refused.</exception>
    /// <exception cref="HttpRequestException">The service could not be reached.</exception>
    public async Task<JobCounts> CountJobsAsync(JobFilter? filter = null, CancellationToken cancellationToken = default)
    {
        var answer = await _gateway.GetAsync("v1/job-requests/counts"
            + Query(("candidate", filter?.Candidate), ("requester", filter?.Requester)), cancellationToken);
        return Body(answer, WireJson.Default.JobCounts) with { Answer = answer.Raw };
    }

    /// <summary>Has the views rebuilt from the job documents, for administrators; does not wait for the end. One that runs already continues.</summary>
    /// <exception cref="JobRequestsException">Refused.</exception>
    /// <exception cref="HttpRequestException">The service could not be reached.</exception>
    public async Task<ViewRebuild> StartViewRebuildAsync(CancellationToken cancellationToken = default) =>
        Rebuild(await _gateway.PostAsync("v1/admin/views/rebuild", cancellationToken));

    /// <summary>Has the record set aside that a partition stands still on, for administrators.</summary>
    /// <param name="stream"><c>requests</c> or <c>finalevents</c>.</param>
    /// <param name="place"><c>PARTITION:OFFSET</c>, as the silos' health check names it.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False when no silo stands on that record now.</returns>
    /// <exception cref="JobRequestsException">Refused.</exception>
    /// <exception cref="HttpRequestException">The service could not be reached.</exception>
    public async Task<bool> DeadLetterOldestAsync(string stream, string place, CancellationToken cancellationToken = default)
    {
        var body = System.Text.Json.JsonSerializer.Serialize(new DeadLetterOldestBody(stream, place), WireJson.Default.DeadLetterOldestBody);
        return Body(await _gateway.PostAsync("v1/admin/dead-letters", cancellationToken, body), WireJson.Default.DeadLetterOldestAnswer).DeadLettered;
    }

    /// <summary>How the rebuild of the views that was begun last is getting on.</summary>
    /// <exception cref="JobRequestsException">Refused.</exception>
    /// <exception cref="HttpRequestException">The service could not be reached.</exception>
    public async Task<ViewRebuild> GetViewRebuildAsync(CancellationToken cancellationToken = default) =>
        Rebuild(await _gateway.GetAsync("v1/admin/views/rebuild", cancellationToken));

    /// <summary>Offers, wins and answers of the jobs that were offered in a time: the caller's own, an administrator's everybody's.</summary>
    /// <param name="from">The first moment, at most 31 days before <paramref name="to"/>; 24 hours before it when null.</param>
    /// <param name="to">The moment after the last; now when null.</param>
    /// <param name="candidate">Only this person's figures; administrators may name anybody.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="JobRequestsException">Refused.</exception>
    /// <exception cref="HttpRequestException">The service could not be reached.</exception>
    public async Task<JobStatistics> GetStatisticsAsync(
        DateTimeOffset? from = null, DateTimeOffset? to = null, string? candidate = null, CancellationToken cancellationToken = default)
    {
        var answer = await _gateway.GetAsync("v1/stats" + Query(("from", Time(from)), ("to", Time(to)), ("candidate", candidate)), cancellationToken);
        return Body(answer, WireJson.Default.JobStatistics) with { Answer = answer.Raw };
    }

    /// <summary>The job's events, as far as the caller may see them.</summary>
    /// <exception cref="JobRequestsException">Refused; <see cref="JobRequestsException.IsNotFound"/> also when the job is none of the caller's
    /// business.</exception>
    /// <exception cref="HttpRequestException">The service could not be reached.</exception>
    public async Task<JobHistory> GetHistoryAsync(string job, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(job);
        var answer = await _gateway.GetAsync($"v1/job-requests/{Uri.EscapeDataString(job)}/history", cancellationToken);
        return Body(answer, WireJson.Default.JobHistory) with { Answer = answer.Raw };
    }

    /// <summary>Asks why one of the caller's own commands has its outcome.</summary>
    /// <param name="key">The key.</param>
    /// <param name="operation">One of <see cref="Operation"/>; null is the service's guess.</param>
    /// <param name="job">The job; null for a create, and where the service remembers the key.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="JobRequestsException">Refused; <see cref="JobRequestsException.IsNotFound"/> when nothing is known of the key.</exception>
    /// <exception cref="HttpRequestException">The service could not be reached.</exception>
    public async Task<RequestExplanation> ExplainAsync(string key, string? operation = null, string? job = null, CancellationToken cancellationToken = default)
    {
        var answer = await _gateway.GetAsync(StatusRoute.Of(IdempotencyKey.Checked(key), "explain", job, operation), cancellationToken);
        return Body(answer, WireJson.Default.RequestExplanation) with { Answer = answer.Raw };
    }

    /// <summary>When each step of one of the caller's own commands was done.</summary>
    /// <inheritdoc cref="ExplainAsync"/>
    public async Task<RequestTimeline> GetTimelineAsync(string key, string? operation = null, string? job = null, CancellationToken cancellationToken = default)
    {
        var answer = await _gateway.GetAsync(StatusRoute.Of(IdempotencyKey.Checked(key), "timeline", job, operation), cancellationToken);
        return Body(answer, WireJson.Default.RequestTimeline) with { Answer = answer.Raw };
    }

    /// <summary>The job's ledger on a time axis, for its requester and administrators.</summary>
    /// <exception cref="JobRequestsException">Refused; a candidate may not see it, and <see cref="JobRequestsException.IsNotFound"/> when the job is none of
    /// the caller's business.</exception>
    /// <exception cref="HttpRequestException">The service could not be reached.</exception>
    public async Task<JobTimeline> GetJobTimelineAsync(string job, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(job);
        var answer = await _gateway.GetAsync($"v1/job-requests/{Uri.EscapeDataString(job)}/timeline", cancellationToken);
        return Body(answer, WireJson.Default.JobTimeline) with { Answer = answer.Raw };
    }

    /// <summary>
    /// Events as they happen, until the caller stops: of one job from its first event on, or of everything that the caller may see from now on.
    /// A connection that breaks is made again, wherever a gateway answers; nothing is missed and nothing told twice by that.
    /// </summary>
    /// <param name="job">The job's id; null for all.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <exception cref="JobRequestsException">Refused; where the service is busy or away, only at the beginning.</exception>
    /// <exception cref="HttpRequestException">The service could not be reached at the beginning.</exception>
    public async IAsyncEnumerable<WatchItem> WatchAsync(string? job = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var route = job is null ? "v1/events" : $"v1/job-requests/{Uri.EscapeDataString(job)}/events";
        await using var watch = new EventWatch(_gateway, _options, _clock, route);
        while (true)
            yield return await watch.NextAsync(cancellationToken);
    }

    /// <summary>Asks what became of a key; sends no command.</summary>
    /// <param name="key">The key.</param>
    /// <param name="operation">One of <see cref="Operation"/>; null is the service's guess.</param>
    /// <param name="job">The job; null for a create.</param>
    /// <param name="wait">How long to wait for an outcome, over as many polls as fit; null asks once.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="JobRequestsException">The service refused to tell.</exception>
    /// <exception cref="HttpRequestException">It could not be reached.</exception>
    public Task<RequestStatus> GetRequestAsync(
        string key, string? operation = null, string? job = null, TimeSpan? wait = null, CancellationToken cancellationToken = default) =>
        PollAsync(IdempotencyKey.Checked(key), StatusRoute.Of(key, job, operation), wait ?? TimeSpan.Zero, cancellationToken);

    /// <summary>Asks what became of a saved request, and forgets it once that is decided; sends no command.</summary>
    /// <inheritdoc cref="GetRequestAsync(string, string?, string?, TimeSpan?, CancellationToken)"/>
    public async Task<RequestStatus> GetRequestAsync(PendingRequest request, TimeSpan? wait = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var route = request.Instance ?? StatusRoute.Of(request.Key, request.Job, request.Operation);
        var status = await PollAsync(request.Key, route, wait ?? TimeSpan.Zero, cancellationToken);
        if (status is RequestStatus.Decided or RequestStatus.Unknown { NeverHappened: true })
            await _store.ForgetAsync(request, cancellationToken);
        return status;
    }

    private async Task<RequestStatus> PollAsync(string key, string route, TimeSpan wait, CancellationToken cancellationToken)
    {
        var begin = _clock.GetTimestamp();
        var pause = new Pause(_options);
        while (true)
        {
            var attempt = await _gateway.GetStatusAsync(route, wait - _clock.GetElapsedTime(begin), cancellationToken);
            var verdict = Verdict.OfStatus(Answered(attempt));
            RequestStatus status = verdict.Kind switch
            {
                VerdictKind.Succeeded or VerdictKind.Rejected =>
                    new RequestStatus.Decided(await _replays.CompleteAsync(Outcomes.Of(verdict, key), cancellationToken)) { Answer = verdict.Http.Raw },
                VerdictKind.NotKnown or VerdictKind.NeverHappened =>
                    new RequestStatus.Unknown(verdict.Kind == VerdictKind.NeverHappened) { Answer = verdict.Http.Raw },
                VerdictKind.Undecided when verdict.Http.Status == 200 => new RequestStatus.Pending { Answer = verdict.Http.Raw },
                VerdictKind.RefusedOutcomeUnknown when verdict.Http.Status == 404 =>
                    new RequestStatus.Unknown(NeverHappened: false) { Answer = verdict.Http.Raw },
                _ => throw verdict.Http.ToException(),
            };
            var next = pause.Next(verdict.RetryAfter);
            if (status is not RequestStatus.Pending || _clock.GetElapsedTime(begin) + next >= wait)
                return status;
            await Task.Delay(next, _clock, cancellationToken);
        }
    }

    private HttpAnswer Answered(Attempt attempt) => attempt switch
    {
        Attempt.Answered { Http: var http } => http,
        Attempt.NotSent { Cause: var cause } =>
            throw new HttpRequestException(HttpRequestError.ConnectionError, $"{_gateway.BaseAddress} cannot be reached: {cause.Message}", cause),
        Attempt.Lost { Cause: var cause } =>
            throw new HttpRequestException(HttpRequestError.ResponseEnded, $"The connection to {_gateway.BaseAddress} was lost: {cause.Message}", cause),
        _ => throw new InvalidOperationException($"{attempt.GetType().Name} is not handled."),
    };

    private static ViewRebuild Rebuild(HttpAnswer answer) => Body(answer, WireJson.Default.ViewRebuild) with { Answer = answer.Raw };

    private static string? Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    private static string Query(params (string Name, string? Value)[] parameters)
    {
        var given = parameters.Where(parameter => parameter.Value is not null)
            .Select(parameter => $"{Uri.EscapeDataString(parameter.Name)}={Uri.EscapeDataString(parameter.Value!)}");
        return string.Join('&', given) is { Length: > 0 } query ? "?" + query : "";
    }

    private static T Body<T>(HttpAnswer answer, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) where T : class =>
        (answer.Status == 200 ? answer.Read(type) : null) ?? throw answer.ToException();
}
