namespace JobRequests.Gateway.JobRequests;

/// <summary>
/// Completes a create that repeats a job with what its body left out. A closed job never changes, so a repeated request is completed to the same
/// command; what the caller sent, not what was copied, is in its fingerprint.
/// </summary>
internal sealed partial class PreviousJob(
    IJobRequests jobs, Admission admission, IOptions<GatewayOptions> options, TimeProvider time, ILogger<PreviousJob> logger)
{
    private const string Field = "previous";

    public static readonly Refusal NotFound = new(ProblemTypes.JobRequestNotFound, [new FieldError(Field, "is not a job of yours")]);

    private static readonly Refusal NotClosed = Refusal.Field(Field, "must be a job that is closed");

    /// <returns>The command to be published; the one that was sent where it repeats nothing. Or why it cannot be.</returns>
    public async ValueTask<(CommandEnvelope? Envelope, Refusal? Refusal)> CompleteAsync(CommandEnvelope sent, CancellationToken aborted)
    {
        if (sent.Command is not JobRequestCommand.Create { Details.Previous: { } id } create) return (sent, null);
        JobSnapshot? job;
        var startedAt = time.GetTimestamp();
        try
        {
            job = await jobs.ReadAsync(id, sent.Caller).WaitAsync(options.Value.ReadTimeout, time, aborted);
        }
        catch (Exception exception) when (!aborted.IsCancellationRequested)
        {
            NotRead(logger, exception, id);
            return (null, admission.NotAnswered());
        }

        if (job?.Requester != sent.Caller.Person)
        {
            await NotFoundTime.WaitAsync(time, startedAt, aborted);
            return (null, NotFound);
        }

        if (!new JobRequest { Status = Enum.Parse<JobStatus>(job.Status) }.IsTerminal) return (null, NotClosed);
        return (sent with { Command = Complete(create, job) }, null);
    }

    private static JobRequestCommand.Create Complete(JobRequestCommand.Create create, JobSnapshot job)
    {
        // Times belong to the day of the job.
        var copied = job.Details is { } details ? details.ToDomain() with { StartsAt = null, EndsAt = null } : null;
        return create with
        {
            Candidates = create.Candidates.IsDefault
                ? [.. job.Candidates.Select(static candidate => candidate.Id), .. job.Waves?.Waiting ?? []]
                : create.Candidates,
            Tasks = create.Tasks.IsDefault ? [.. job.Tasks.Select(static task => new JobTask(task.Id, task.Name))] : create.Tasks,
            Title = create.Title ?? job.Title,
            Waves = create.Waves ?? (job.Waves is { } waves ? [.. waves.Plan.Select(static wave => wave.ToDomain())] : null),
            ConfirmSeconds = create.ConfirmSeconds ?? job.ConfirmSeconds,
            Details = create.Details!.Over(copied),
        };
    }

    [LoggerMessage(LogLevel.Warning, "Job {JobRequestId}, which a create repeats, could not be read.")]
    private static partial void NotRead(ILogger logger, Exception exception, string jobRequestId);
}
