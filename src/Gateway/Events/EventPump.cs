namespace JobRequests.Gateway.Events;

/// <summary>
/// Moves events from the intake to those who listen. Whose job an event is comes with the job's first event, or is asked for before the
/// event is handed to anybody: nobody is guessed.
/// </summary>
internal sealed class EventPump(FeedIntake intake, JobEventFeed feed, AudienceReader audiences) : BackgroundService
{
    private const int MostAtOnce = 256;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var batch = new List<FeedEvent>(MostAtOnce);
            while (await intake.Reader.WaitToReadAsync(stoppingToken))
            {
                while (batch.Count < MostAtOnce && intake.Reader.TryRead(out var input))
                {
                    if (input is FeedInput.Opened opened)
                    {
                        await DispatchAsync(batch, stoppingToken);
                        feed.Open(opened);
                    }
                    else if (feed.Append((FeedInput.Record)input) is { } feedEvent)
                    {
                        audiences.Observe(feedEvent);
                        batch.Add(feedEvent);
                    }
                }

                await DispatchAsync(batch, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops, or does not get to start.
        }
    }

    private async Task DispatchAsync(List<FeedEvent> batch, CancellationToken stoppingToken)
    {
        if (batch.Count == 0) return;
        var isComplete = !feed.HasListeners || await audiences.FindAsync(batch, stoppingToken);
        feed.Dispatch(batch);
        if (!isComplete) feed.TellReload();
        batch.Clear();
    }
}

/// <summary>Knows the audience of jobs, or asks the jobs.</summary>
internal sealed partial class AudienceReader(IJobRequests jobs, IOptions<FeedOptions> options, TimeProvider time, ILogger<AudienceReader> logger)
{
    private const int CandidatesPerSize = 16;
    private const int AtOnce = 16;
    private static readonly Caller Everybody = new("", IsAdmin: true);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ViewWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private readonly RecentJobs<JobAudience> _known = new(options.Value.KnownJobs);

    /// <summary>Takes from the event what it says, or what other events said.</summary>
    public void Observe(FeedEvent feedEvent)
    {
        var (job, jobEvent) = (feedEvent.Event.JobRequestId, feedEvent.Event);
        lock (_gate)
        {
            var known = _known.TryGet(job, out var found) && found != JobAudience.Nobody ? found : null;
            // Events are read again, by who comes back: an old one takes away nobody who was asked since.
            if ((known is null ? JobAudience.From(jobEvent) : known.With(jobEvent)) is not { } audience) return;
            feedEvent.Audience = audience;
            if (audience != known) Keep(job, audience);
        }
    }

    /// <summary>Fills in who may know of the events.</summary>
    /// <returns>False where it could not be found out for some: those are left without.</returns>
    public async Task<bool> FindAsync(IReadOnlyCollection<FeedEvent> events, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var missing = events.Where(each => each.Audience is null).ToLookup(each => each.Event.JobRequestId);
            if (missing.Count == 0) return true;
            await Parallel.ForEachAsync(
                missing, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (job, _) =>
            {
                if (await AskAsync(job.Key, job.Min(feedEvent => feedEvent.Event.Version) - 1) is not { } audience) return;
                lock (_gate)
                {
                    if (_known.TryGet(job.Key, out var known)) audience = audience.With(known.Candidates);
                    foreach (var feedEvent in job) feedEvent.Audience = audience = audience.With(feedEvent.Event);
                    Keep(job.Key, audience);
                }
            });
            if (events.All(each => each.Audience is not null)) return true;
            if (time.GetElapsedTime(started) >= GiveUpAfter) return false;
            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private async Task<JobAudience?> AskAsync(string job, int minVersion)
    {
        try
        {
            // Whom an event before these has added is in a view of that version.
            var snapshot = await jobs.ReadViewAsync(job, Everybody, minVersion, ViewWait).WaitAsync(AnswerTimeout, time)
                ?? await jobs.ReadAsync(job, Everybody).WaitAsync(AnswerTimeout, time);
            return snapshot is null ? JobAudience.Nobody : JobAudience.From(snapshot);
        }
        catch (Exception exception)
        {
            NotFound(logger, exception, job);
            return null;
        }
    }

    private void Keep(string job, JobAudience audience) => _known.Keep(job, audience, 1 + (audience.Candidates.Length / CandidatesPerSize));

    [LoggerMessage(LogLevel.Warning, "The audience of job {JobRequestId} could not be read; asking again.")]
    private static partial void NotFound(ILogger logger, Exception exception, string jobRequestId);
}
