namespace JobRequests.Gateway.JobRequests;

/// <summary>
/// The pipeline of a command: admission → idempotency cache → publication while the job is asked for the outcome. What is refused before the
/// publication began was certainly not enqueued; once it began, only an answer of the job or a TIMEOUT is possible. A command on a job
/// that is known to be closed is not published: the job is asked, which looks into its ledger and then refuses.
/// </summary>
internal sealed partial class CommandExecutor(
    IJobCommands jobs, IIdempotencyCache cache, Admission admission, BacklogMonitor backlog, ClosedJobs closed, PreviousJob previous,
    OutcomeWaiter outcomes, TimeProvider time, ILogger<CommandExecutor> logger)
{
    private static readonly TimeSpan LeaseBeyondWait = TimeSpan.FromSeconds(1);

    // How long after the wait the publication may still be acknowledged, and the wait be answered in time.
    private static readonly TimeSpan AcknowledgementGrace = TimeSpan.FromMilliseconds(50);

    public async Task<CommandResult> ExecuteAsync(CommandRequest request, CancellationToken aborted)
    {
        var result = await DecideAsync(request, aborted);
        if (result is CommandResult.Unrecorded { Type: var type } && type == ProblemTypes.JobRequestNotFound)
            await NotFoundTime.WaitAsync(time, request.StartedAt, aborted);
        return result;
    }

    // What speaks against a publication, and against taking one more command in, is decided once and before the claim: to claim and give back would
    // be most of the work under overload.
    private async Task<CommandResult> DecideAsync(CommandRequest request, CancellationToken aborted)
    {
        var isClosed = closed.Contains(request.Envelope.JobRequestId);
        var reason = isClosed || request.OutOfTime is not null ? null : admission.Predict(request);
        if (reason is { } predicted && await RefuseAsync(request, predicted) is { } refused) return refused;
        if (admission.Enter(request) is { } full) return await RefuseAsync(request, full) ?? new CommandResult.NotEnqueued(admission.Refuse(full));
        try
        {
            return request.OutOfTime is { } errors
                ? await AnswerOutOfTimeAsync(request, errors, aborted)
                : await ClaimAsync(request, isClosed, reason, aborted);
        }
        finally
        {
            admission.Leave(request.Envelope.Caller.Person);
        }
    }

    /// <summary>A repeat gets its answer all the same.</summary>
    /// <returns>Null where somebody else's attempt may be joined.</returns>
    private async Task<CommandResult?> RefuseAsync(CommandRequest request, RejectionReason reason)
    {
        var entry = await cache.FindAsync(request.Name);
        return Known(entry, request) ?? (entry is CachedRequest.None ? new CommandResult.NotEnqueued(admission.Refuse(reason)) : null);
    }

    private async Task<CommandResult> ClaimAsync(CommandRequest request, bool isClosed, RejectionReason? reason, CancellationToken aborted)
    {
        var owner = Guid.NewGuid().ToString("N");
        var entry = await cache.ClaimAsync(request.Name, request.Envelope.Fingerprint, owner, request.Preferences.Wait + LeaseBeyondWait);
        if (Known(entry, request) is { } known) return known;

        // Another payload under the same key in flight is published too: which of them owns the key is for the job to decide.
        var joins = IsInFlight(entry, request);
        var isStored = false;
        try
        {
            (var result, isStored) = joins ? await JoinAsync(request, aborted) : (await SendAsync(request, isClosed, reason, aborted), false);
            isStored = isStored || Remember(request, result);
            return result;
        }
        finally
        {
            if (!isStored && entry is CachedRequest.None) InBackground(cache.ReleaseAsync(request.Name, owner));
        }
    }

    private async Task<CommandResult> SendAsync(CommandRequest request, bool isClosed, RejectionReason? reason, CancellationToken aborted)
    {
        if (isClosed)
        {
            if (await AskClosedAsync(request, aborted) is { } answer) return answer;
            // Only now is it to be published; the question may have taken as long as the caller waits.
            reason = admission.Predict(request);
        }

        if (reason is { } predicted) return new CommandResult.NotEnqueued(admission.Refuse(predicted));
        var (envelope, refusal) = await previous.CompleteAsync(request.Envelope, aborted);
        return envelope is null ? new CommandResult.NotEnqueued(refusal!) : await PublishAsync(request with { Envelope = envelope }, aborted);
    }

    private async Task<CommandResult> PublishAsync(CommandRequest request, CancellationToken aborted)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        admission.Published(request);
        var publication = jobs.SubmitAsync(request.Envelope);
        if (!publication.IsCompletedSuccessfully) _ = ReportAsync(publication, request.Envelope.JobRequestId);
        var outcome = WaitAsync(request, stop.Token);

        if (!publication.IsCompletedSuccessfully
            && await Task.WhenAny(publication, outcome) == publication
            && publication.Exception?.InnerException is NotEnqueuedException refused)
        {
            // The job may know the outcome of an earlier attempt all the same.
            stop.Cancel();
            await ((Task)outcome).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            if (outcome.IsCompletedSuccessfully && outcome.Result.Reply is { } known) return ResultOf(known);
            return new CommandResult.NotEnqueued(
                refused.IsTooLarge ? new Refusal(ProblemTypes.PayloadTooLarge) : admission.NotEnqueued(refused.InnerException));
        }

        var answer = await outcome;
        if (answer.Reply is { } reply)
        {
            Observe(request, reply);
            return ResultOf(reply);
        }

        await Task.WhenAny(publication, Task.Delay(AcknowledgementGrace, time, aborted));
        return new CommandResult.Pending(publication.IsCompletedSuccessfully ? Enqueued.Yes : Enqueued.Unknown);
    }

    /// <summary>The job is asked, and the cache listened to: whichever of them knows first. The cache may never hear of it.</summary>
    /// <returns>The result, and whether the cache holds it already.</returns>
    private async Task<(CommandResult Result, bool IsStored)> JoinAsync(CommandRequest request, CancellationToken aborted)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        var outcome = WaitAsync(request, stop.Token);
        var decision = cache.WaitForDecisionAsync(request.Name, request.Preferences.Wait, stop.Token).AsTask();
        try
        {
            if (await Task.WhenAny(outcome, decision) == decision && Remembered(await decision, request) is { } told) return (told, true);

            // Whether the first attempt's publication was acknowledged is known to the first attempt alone.
            var answer = await outcome;
            return (answer.Reply is { } reply ? ResultOf(reply) : new CommandResult.Pending(Enqueued.Unknown), false);
        }
        finally
        {
            // The cache's wait ends by itself; a slow cache delays no answer.
            stop.Cancel();
            await ((Task)outcome).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    private async Task<CommandResult> AnswerOutOfTimeAsync(CommandRequest request, IReadOnlyList<FieldError> errors, CancellationToken aborted)
    {
        var entry = await cache.FindAsync(request.Name);
        if (Remembered(entry, request) is { } remembered) return remembered;

        var wait = entry is CachedRequest.InFlight ? request.Preferences.Wait : TimeSpan.Zero;
        var answer = await outcomes.WaitAsync(
            request.Envelope.JobRequestId, request.Query, request.StartedAt, wait, OutcomeWaiter.TimeoutUntil(request.Preferences.Wait, wait), aborted);
        return answer switch
        {
            { Reply: JobRequestReply.Succeeded or JobRequestReply.Rejected or JobRequestReply.KeyReused { Recorded: true } } => ResultOf(answer.Reply),
            { Answered: false } => new CommandResult.NotEnqueued(admission.NotAnswered()),
            _ => new CommandResult.NotEnqueued(new Refusal(ProblemTypes.Validation, errors)),
        };
    }

    /// <returns>Null where the job turns out not to know yet that it is closed, or does not answer.</returns>
    private async Task<CommandResult?> AskClosedAsync(CommandRequest request, CancellationToken aborted)
    {
        var timeout = OutcomeWaiter.TimeoutUntil(request.Preferences.Wait, TimeSpan.Zero);
        var answer = await outcomes.WaitAsync(request.Envelope.JobRequestId, request.Query, request.StartedAt, TimeSpan.Zero, timeout, aborted);

        // Who may not see the job is told nothing of its state: the way through the log ends in the same 404 as for any other job. It also
        // waits for a job that does not answer now.
        return answer.Reply is { } reply ? ResultOf(reply) : null;
    }

    private void Observe(CommandRequest request, JobRequestReply reply)
    {
        // Only the job says so, and only in a terminal state.
        if (reply is JobRequestReply.Rejected { Code: "JOB_CLOSED" }) closed.Add(request.Envelope.JobRequestId);
        else if (reply is JobRequestReply.Succeeded { Replayed: false } or JobRequestReply.Rejected { Replayed: false })
            backlog.Decided(request.Envelope.JobRequestId, time.GetElapsedTime(request.StartedAt));
    }

    private Task<OutcomeAnswer> WaitAsync(CommandRequest request, CancellationToken stop) =>
        outcomes.WaitAsync(request.Envelope.JobRequestId, request.Query, request.StartedAt, request.Preferences.Wait, OutcomeWaiter.Travel, stop);

    private static CommandResult? Known(CachedRequest entry, CommandRequest request) =>
        Remembered(entry, request) ?? (request.Preferences.Strict && IsInFlight(entry, request) ? new CommandResult.InProgress() : null);

    private static bool IsInFlight(CachedRequest entry, CommandRequest request) =>
        entry is CachedRequest.InFlight first && first.Fingerprint == request.Envelope.Fingerprint;

    private static CommandResult? Remembered(CachedRequest entry, CommandRequest request) => entry switch
    {
        CachedRequest.Decided decided when decided.Fingerprint != request.Envelope.Fingerprint =>
            new CommandResult.Unrecorded(ProblemTypes.IdempotencyKeyReused, IsCertain: true),
        CachedRequest.Decided { Reply: JobRequestReply.Succeeded reply } => new CommandResult.Succeeded(reply with { Replayed = true }),
        CachedRequest.Decided { Reply: JobRequestReply.Rejected reply } => new CommandResult.Rejected(reply with { Replayed = true }),
        _ => null,
    };

    /// <summary>
    /// Keeps what the job's own ledger keeps too. Not a closed job's "no", which is decided again each time; not a passed deadline,
    /// which may be recorded for any payload; and not what an administrator was told, who may lose that role.
    /// </summary>
    private bool Remember(CommandRequest request, CommandResult result)
    {
        if (request.Envelope.Caller.IsAdmin) return false;
        JobRequestReply? reply = result switch
        {
            CommandResult.Succeeded success => success.Reply,
            CommandResult.Rejected { Reply.Code: not ("JOB_CLOSED" or "DEADLINE_PASSED") } failure => failure.Reply,
            _ => null,
        };
        if (reply is null) return false;
        InBackground(cache.DecideAsync(request.Name, request.Envelope.Fingerprint, reply));
        return true;
    }

    /// <summary>Nobody's answer waits for the cache to take note: a repeat that comes before asks the job.</summary>
    private void InBackground(ValueTask noted)
    {
        if (!noted.IsCompletedSuccessfully) _ = ReportAsync(noted.AsTask());
    }

    private async Task ReportAsync(Task noted)
    {
        try
        {
            await noted;
        }
        catch (Exception exception)
        {
            NotNoted(logger, exception);
        }
    }

    public static CommandResult ResultOf(JobRequestReply reply) => reply switch
    {
        JobRequestReply.Succeeded success => new CommandResult.Succeeded(success),
        JobRequestReply.Rejected rejected => new CommandResult.Rejected(rejected),
        JobRequestReply.KeyReused reused => new CommandResult.Unrecorded(ProblemTypes.IdempotencyKeyReused, reused.Recorded),
        JobRequestReply.TooManyAttempts => new CommandResult.Unrecorded(ProblemTypes.TooManyAttempts, IsCertain: false, TimeSpan.FromSeconds(30)),
        JobRequestReply.NotFound => new CommandResult.Unrecorded(ProblemTypes.JobRequestNotFound, IsCertain: false),

        // What a newer release says and this one does not understand says nothing.
        _ => new CommandResult.Pending(Enqueued.Unknown),
    };

    private async Task ReportAsync(Task publication, string jobRequestId)
    {
        try
        {
            await publication;
        }
        catch (NotEnqueuedException exception)
        {
            NotEnqueued(logger, exception, jobRequestId);
        }
        catch (Exception exception)
        {
            PublishFailed(logger, exception, jobRequestId);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The idempotency cache did not acknowledge an outcome; repeats ask the job.")]
    private static partial void NotNoted(ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Information, "A command for job {JobRequestId} was not enqueued.")]
    private static partial void NotEnqueued(ILogger logger, Exception exception, string jobRequestId);

    [LoggerMessage(LogLevel.Warning, "It is not known whether a command for job {JobRequestId} was enqueued.")]
    private static partial void PublishFailed(ILogger logger, Exception exception, string jobRequestId);
}
