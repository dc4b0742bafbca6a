using System.Collections.Immutable;

namespace JobRequests.Domain;

/// <summary>What happened to a job request. Facts, past tense; folded by <see cref="JobRequest.Evolve"/>.</summary>
public abstract record JobRequestEvent
{
    private JobRequestEvent(string? by, DateTimeOffset at)
    {
        By = by;
        At = at;
    }

    /// <summary>Whose command led to it; null for what time did.</summary>
    public string? By { get; }

    public DateTimeOffset At { get; }

    /// <summary>Who has the job from this event on; null where that stays as it is, or nobody has it.</summary>
    public string? NewWinner => this switch
    {
        JobAccepted e => e.Candidate,
        JobAssigned e => e.Candidate,
        _ => null,
    };

    /// <summary>Who has the job no more, because it is open again, in the next epoch.</summary>
    public string? FormerWinner => this switch
    {
        JobWithdrawn e => e.Winner,
        JobReleased e => e.Candidate,
        _ => null,
    };

    /// <summary>By which right a dispatcher acted; null for what needs none.</summary>
    public DispatcherRole? Role => this switch
    {
        JobCancelled e => e.Right,
        JobAssigned e => e.Right,
        JobReleased e => e.Right,
        _ => (DispatcherRole?)null,
    };

    /// <summary>The command whose success it is; null for what time did, and for what follows from the event before it.</summary>
    public JobRequestCommand? ToCommand() => this switch
    {
        JobRequested e => new JobRequestCommand.Create(e.Candidates, e.Tasks, e.Title, e.ExpiresAt, e.Details),
        JobAccepted => new JobRequestCommand.Accept(),
        JobDeclined e => new JobRequestCommand.Decline(e.Reason),
        JobWithdrawn => new JobRequestCommand.Withdraw(),
        JobCancelled e => new JobRequestCommand.Cancel(e.Reason),
        JobAssigned e => new JobRequestCommand.Assign(e.Candidate),
        JobReleased e => new JobRequestCommand.Release(e.Reason),
        JobStarted => new JobRequestCommand.Start(),
        TaskFinished e => new JobRequestCommand.FinishTask(e.TaskId),
        JobFinished => new JobRequestCommand.Finish(),
        _ => null,
    };

    public sealed record JobRequested(
        string Requester,
        ImmutableArray<string> Candidates,
        ImmutableArray<JobTask> Tasks,
        string? Title,
        DateTimeOffset? ExpiresAt,
        DateTimeOffset At,
        JobDetails? Details = null) : JobRequestEvent(Requester, At);

    public sealed record JobAccepted(string Candidate, DateTimeOffset At) : JobRequestEvent(Candidate, At);

    public sealed record JobDeclined(string Candidate, string? Reason, DateTimeOffset At) : JobRequestEvent(Candidate, At);

    public sealed record JobWithdrawn(string Winner, DateTimeOffset At) : JobRequestEvent(Winner, At);

    public sealed record JobCancelled(
        string Dispatcher, DateTimeOffset At, string? Reason = null, DispatcherRole Right = DispatcherRole.Requester) : JobRequestEvent(Dispatcher, At);

    public sealed record JobAssigned(
        string Dispatcher, string Candidate, DateTimeOffset At, DispatcherRole Right = DispatcherRole.Requester) : JobRequestEvent(Dispatcher, At);

    public sealed record JobReleased(
        string Dispatcher, string Candidate, string? Reason, DateTimeOffset At, DispatcherRole Right = DispatcherRole.Requester)
        : JobRequestEvent(Dispatcher, At);

    public sealed record JobExpired(DateTimeOffset At) : JobRequestEvent(null, At);

    public sealed record JobStarted(string Winner, DateTimeOffset At) : JobRequestEvent(Winner, At);

    public sealed record TaskFinished(string Winner, string TaskId, DateTimeOffset At) : JobRequestEvent(Winner, At);

    public sealed record JobFinished(string Winner, DateTimeOffset At) : JobRequestEvent(Winner, At);

    public sealed record CandidatesExhausted(string LastCandidate, DateTimeOffset At) : JobRequestEvent(LastCandidate, At);
}

/// <summary>By which right somebody acts on a job without being its candidate.</summary>
public enum DispatcherRole
{
    Requester,
    Administrator,
}

/// <summary>Where a job request stands. <see cref="None"/> is a job that nobody has created.</summary>
public enum JobStatus
{
    None,
    Open,
    Accepted,
    Started,
    Finished,
    Declined,
    Expired,
    Cancelled,
}

/// <summary>
/// A candidate's answer. <see cref="Withdrawn"/> and <see cref="Released"/> outlive their epoch: this person is asked no more, but can be assigned.
/// </summary>
public enum CandidateAnswer
{
    Accepted,
    Declined,
    Withdrawn,
    Released,
}

public sealed record Candidate(string Id, CandidateAnswer? Answer = null);

public sealed record JobTask(string Id, string Name, bool Done = false);

/// <summary>The state of one job request: the fold of its events. <see cref="Version"/> counts them.</summary>
public sealed record JobRequest
{
    /// <summary>How many people one job can be offered to, those included that are added later.</summary>
    public const int MaxCandidates = 1_000;

    public static readonly JobRequest Initial = new();

    public JobStatus Status { get; init; }
    public int Version { get; init; }

    /// <summary>Counts from 1; a withdrawal or a release begins the next one, in which the candidates are asked again.</summary>
    public int Epoch { get; init; }

    public string Requester { get; init; } = "";
    public string? Title { get; init; }
    public ImmutableArray<Candidate> Candidates { get; init; } = [];
    public string? Winner { get; init; }
    public ImmutableArray<JobTask> Tasks { get; init; } = [];
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public JobDetails? Details { get; init; }
    public DateTimeOffset LastEventAt { get; init; }

    /// <summary>A terminal job never changes again: state and version stay, so deciding again gives the same answer.</summary>
    public bool IsTerminal => Status is JobStatus.Finished or JobStatus.Declined or JobStatus.Expired or JobStatus.Cancelled;

    public int CandidatesLeft
    {
        get
        {
            var left = 0;
            foreach (var candidate in Candidates)
                if (candidate.Answer is null)
                    left++;
            return left;
        }
    }

    /// <summary>The next moment at which time alone does something, see <see cref="JobRequestDecider.Advance"/>; null when there is none.</summary>
    public DateTimeOffset? DueAt => Status == JobStatus.Open ? ExpiresAt : null;

    /// <summary>The time of an event that happens <paramref name="now"/>: never before what has happened already, whatever the clock says.</summary>
    public DateTimeOffset TimeOfNext(DateTimeOffset now) => now < LastEventAt ? LastEventAt : now;

    public bool IsVisibleTo(string person) =>
        Version > 0 && (string.Equals(Requester, person, StringComparison.Ordinal) || FindCandidate(person) is not null);

    public Candidate? FindCandidate(string person)
    {
        foreach (var candidate in Candidates)
            if (string.Equals(candidate.Id, person, StringComparison.Ordinal))
                return candidate;
        return null;
    }

    public JobTask? FindTask(string taskId)
    {
        foreach (var task in Tasks)
            if (string.Equals(task.Id, taskId, StringComparison.Ordinal))
                return task;
        return null;
    }

    public static JobRequest Evolve(JobRequest state, JobRequestEvent @event)
    {
        var next = @event switch
        {
            JobRequestEvent.JobRequested e => state with
            {
                Status = JobStatus.Open,
                Epoch = 1,
                Requester = e.Requester,
                Title = e.Title,
                Candidates = [.. e.Candidates.Select(id => new Candidate(id))],
                Tasks = e.Tasks,
                CreatedAt = e.At,
                ExpiresAt = e.ExpiresAt,
                Details = e.Details,
            },
            JobRequestEvent.JobAccepted e => state.Answered(e.Candidate, CandidateAnswer.Accepted) with { Status = JobStatus.Accepted, Winner = e.Candidate },
            JobRequestEvent.JobDeclined e => state.Answered(e.Candidate, CandidateAnswer.Declined),
            JobRequestEvent.JobAssigned e => state.With(e.Candidate).Answered(e.Candidate, CandidateAnswer.Accepted) with
            {
                Status = JobStatus.Accepted,
                Winner = e.Candidate,
            },
            JobRequestEvent.JobWithdrawn e => state.Reopened(e.Winner, CandidateAnswer.Withdrawn),
            JobRequestEvent.JobReleased e => state.Reopened(e.Candidate, CandidateAnswer.Released),
            JobRequestEvent.JobCancelled => state with { Status = JobStatus.Cancelled },
            JobRequestEvent.JobExpired => state with { Status = JobStatus.Expired },
            JobRequestEvent.JobStarted => state with { Status = JobStatus.Started },
            JobRequestEvent.TaskFinished e => state with { Tasks = [.. state.Tasks.Select(task => task.Id == e.TaskId ? task with { Done = true } : task)] },
            JobRequestEvent.JobFinished => state with { Status = JobStatus.Finished },
            JobRequestEvent.CandidatesExhausted => state with { Status = JobStatus.Declined },
            _ => throw new InvalidOperationException($"{@event.GetType().Name} is not folded."),
        };
        return next with { Version = state.Version + 1, LastEventAt = @event.At };
    }

    private JobRequest Answered(string person, CandidateAnswer answer) =>
        this with { Candidates = [.. Candidates.Select(candidate => candidate.Id == person ? candidate with { Answer = answer } : candidate)] };

    private JobRequest With(string person) => FindCandidate(person) is null ? this with { Candidates = Candidates.Add(new Candidate(person)) } : this;

    private JobRequest Reopened(string former, CandidateAnswer answer) => this with
    {
        Status = JobStatus.Open,
        Epoch = Epoch + 1,
        Winner = null,
        Candidates =
        [
            .. Candidates.Select(candidate => candidate.Id == former ? candidate with { Answer = answer }
                : candidate.Answer is CandidateAnswer.Withdrawn or CandidateAnswer.Released ? candidate
                : candidate with { Answer = null }),
        ],
    };
}
