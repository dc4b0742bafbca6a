using System.Collections.Immutable;

namespace JobRequests.Domain;

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
/// A candidate's answer. <see cref="Withdrawn"/>, <see cref="Released"/> and <see cref="Lapsed"/> outlive their epoch: this person is asked no more, but
/// can be assigned.
/// </summary>
public enum CandidateAnswer
{
    Accepted,
    Declined,
    Withdrawn,
    Released,
    Lapsed,
    Standby,
}

/// <summary>What part a candidate has in a job.</summary>
public enum Standing
{
    /// <summary>Asked, and has not answered.</summary>
    ToAnswer,

    /// <summary>In the line for a job that somebody else has.</summary>
    Standby,

    /// <summary>Has the job, or had it when it ended.</summary>
    Winner,
}

/// <summary>Somebody who was asked.</summary>
/// <param name="Id">The person.</param>
/// <param name="Answer">Null where there is none yet, in this epoch.</param>
/// <param name="AskedAt">When, where that was later than the job's creation.</param>
public sealed record Candidate(string Id, CandidateAnswer? Answer = null, DateTimeOffset? AskedAt = null)
{
    internal bool IsGone => Answer is CandidateAnswer.Withdrawn or CandidateAnswer.Released or CandidateAnswer.Lapsed;
}

/// <summary>How many people are asked together, and how long they have before the next ones are asked too.</summary>
public sealed record Wave(int Size, int Seconds);

/// <summary>How far a job's waves have come.</summary>
/// <param name="Plan">After the last one everybody else is asked at once.</param>
/// <param name="Opened">The last one that was opened, from 1; the one after those of the plan is everybody else.</param>
/// <param name="Since">When its clock started.</param>
/// <param name="Waiting">Who will be asked, in this order. For them the job does not exist yet.</param>
public sealed record WaveProgress(ImmutableArray<Wave> Plan, int Opened, DateTimeOffset Since, ImmutableArray<string> Waiting)
{
    public bool Equals(WaveProgress? other) => other is not null && (Opened, Since) == (other.Opened, other.Since)
        && Plan.AsSpan().SequenceEqual(other.Plan.AsSpan()) && Waiting.AsSpan().SequenceEqual(other.Waiting.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Plan.Length, Opened, Since, Waiting.Length);
}

public sealed record JobTask(string Id, string Name, bool Done = false);

/// <summary>The state of one job request: the fold of its events. <see cref="Version"/> counts them.</summary>
public sealed record JobRequest
{
    /// <summary>How many people one job can be offered to, those included that are added later.</summary>
    public const int MaxCandidates = 1_000;

    /// <summary>How many people can wait for a job that somebody has.</summary>
    public const int MaxStandby = 100;

    public static readonly JobRequest Initial = new();

    public JobStatus Status { get; init; }
    public int Version { get; init; }

    /// <summary>Counts from 1; a withdrawal, a release or a lapse begins the next one. Without anybody on standby the candidates are asked
    /// again in it.</summary>
    public int Epoch { get; init; }

    public string Requester { get; init; } = "";
    public string? Title { get; init; }

    /// <summary>Who was asked. People are only added, at the end.</summary>
    public ImmutableArray<Candidate> Candidates { get; init; } = [];

    /// <summary>Null where all are asked at once.</summary>
    public WaveProgress? Waves { get; init; }

    public string? Winner { get; init; }

    /// <summary>Who gets the job when the winner has it no more, the first one first. Empty while the job is open.</summary>
    public ImmutableArray<string> Standby { get; init; } = [];

    /// <summary>How long a winner has to confirm; null where that is not asked for.</summary>
    public int? ConfirmSeconds { get; init; }

    /// <summary>Until when the winner has to confirm; null where that is not asked for, or done.</summary>
    public DateTimeOffset? ConfirmBy { get; init; }

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
    public DateTimeOffset? DueAt => Status switch
    {
        JobStatus.Open => ExpiresAt <= (NextWaveAt ?? ExpiresAt) ? ExpiresAt : NextWaveAt,
        JobStatus.Accepted => ConfirmBy,
        _ => null,
    };

    /// <summary>When the next wave is opened: now, where nobody is left of those who were asked. Null where no wave is to come, or the clock stands.</summary>
    public DateTimeOffset? NextWaveAt => Status != JobStatus.Open || Waves is not { Waiting.IsEmpty: false } waves ? null
        : CandidatesLeft == 0 ? waves.Since
        : waves.Since.AddSeconds(waves.Plan.ElementAtOrDefault(waves.Opened - 1)?.Seconds ?? 0);

    /// <summary>Who will be asked by later waves, in this order.</summary>
    public ImmutableArray<string> Waiting => Waves?.Waiting ?? [];

    public bool IsWaiting(string person) => Waiting.Contains(person);

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

    /// <summary>The place in the line of those on standby, from 1; null for who is not in it.</summary>
    public int? RankOf(string person) => Standby.IndexOf(person) is >= 0 and var index ? index + 1 : null;

    public Standing? StandingOf(string person) =>
        Winner == person ? Standing.Winner
        : IsTerminal ? null
        : Standby.Contains(person) ? Standing.Standby
        : Status == JobStatus.Open && FindCandidate(person) is { Answer: null } ? Standing.ToAnswer
        : null;

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
                Waves = e.Waves is { } plan ? new WaveProgress(plan, Opened: 1, e.At, e.Waiting ?? []) : null,
                ConfirmSeconds = e.ConfirmSeconds,
                Tasks = e.Tasks,
                CreatedAt = e.At,
                ExpiresAt = e.ExpiresAt,
                Details = e.Details,
            },
            JobRequestEvent.OfferWidened e => state.Widened(e),
            JobRequestEvent.JobAccepted e => state.Won(e.Candidate, e.At),
            JobRequestEvent.JobDeclined e => state.Answered(e.Candidate, CandidateAnswer.Declined),
            JobRequestEvent.StandbyJoined e => state.Answered(e.Candidate, CandidateAnswer.Standby) with { Standby = state.Standby.Add(e.Candidate) },
            JobRequestEvent.StandbyLeft e => state.Answered(e.Candidate, CandidateAnswer.Declined) with { Standby = state.Standby.Remove(e.Candidate) },
            JobRequestEvent.AcceptanceConfirmed => state with { ConfirmBy = null },
            JobRequestEvent.AcceptanceLapsed e => state.HandedOn(e.Candidate, CandidateAnswer.Lapsed, e.Promoted, e.At),
            JobRequestEvent.JobAmended e => state.Amended(e),
            JobRequestEvent.JobAssigned e => (state.FindCandidate(e.Candidate) is null ? state.Asking([e.Candidate], e.At) : state).Won(e.Candidate, e.At),
            JobRequestEvent.JobWithdrawn e => state.HandedOn(e.Winner, CandidateAnswer.Withdrawn, e.Promoted, e.At),
            JobRequestEvent.JobReleased e => state.HandedOn(e.Candidate, CandidateAnswer.Released, e.Promoted, e.At),
            JobRequestEvent.JobCancelled => state with { Status = JobStatus.Cancelled },
            JobRequestEvent.JobExpired => state with { Status = JobStatus.Expired },
            JobRequestEvent.JobStarted => state with { Status = JobStatus.Started, ConfirmBy = null },
            JobRequestEvent.TaskFinished e => state with { Tasks = [.. state.Tasks.Select(task => task.Id == e.TaskId ? task with { Done = true } : task)] },
            JobRequestEvent.JobFinished => state with { Status = JobStatus.Finished },
            JobRequestEvent.CandidatesExhausted => state with { Status = JobStatus.Declined },
            _ => throw new InvalidOperationException($"{@event.GetType().Name} is not folded."),
        };
        return next with { Version = state.Version + 1, LastEventAt = @event.At };
    }

    private JobRequest Answered(string person, CandidateAnswer answer) =>
        this with { Candidates = [.. Candidates.Select(candidate => candidate.Id == person ? candidate with { Answer = answer } : candidate)] };

    private JobRequest Asking(IReadOnlyCollection<string> people, DateTimeOffset at) => this with
    {
        Candidates = [.. Candidates, .. people.Select(person => new Candidate(person, AskedAt: at))],
        Waves = Waves is { } waves ? waves with { Waiting = waves.Waiting.RemoveRange(people) } : null,
    };

    private JobRequest Widened(JobRequestEvent.OfferWidened e)
    {
        var next = Asking(e.Candidates, e.At);
        return next with { Waves = next.Waves is { } waves ? waves with { Opened = e.Wave, Since = e.At } : null };
    }

    private JobRequest Won(string person, DateTimeOffset at) => Answered(person, CandidateAnswer.Accepted) with
    {
        Status = JobStatus.Accepted,
        Winner = person,
        ConfirmBy = ConfirmSeconds is { } seconds ? at.AddSeconds(seconds) : null,
    };

    // In one step: no version exists in which a job that somebody waits for is open.
    private JobRequest HandedOn(string former, CandidateAnswer answer, string? promoted, DateTimeOffset at)
    {
        var next = Answered(former, answer) with { Epoch = Epoch + 1, Winner = null, ConfirmBy = null };
        return promoted is null
            ? next with
            {
                Status = JobStatus.Open,
                Candidates = [.. next.Candidates.Select(candidate => candidate.IsGone ? candidate : candidate with { Answer = null })],
                Waves = Waves is { } waves ? waves with { Since = at } : null,
            }
            : next.Won(promoted, at) with { Standby = Standby.Remove(promoted) };
    }

    private JobRequest Amended(JobRequestEvent.JobAmended e)
    {
        var (changes, next) = (e.Changes, Asking(e.Asked ?? [], e.At));
        return next with
        {
            Waves = next.Waves is { } waves && e.Waiting is { } waiting ? waves with { Waiting = waves.Waiting.AddRange(waiting) } : next.Waves,
            Title = changes.Removes(JobMembers.Title) ? null : changes.Title ?? Title,
            ExpiresAt = changes.Removes(JobMembers.ExpiresAt) ? null : changes.ExpiresAt ?? ExpiresAt,
            Details = DetailsAfter(changes),
        };
    }

    internal JobDetails? DetailsAfter(JobRequestCommand.Amend changes)
    {
        var details = (changes.Details ?? new JobDetails()).Over(Details);
        return (details with
        {
            Description = changes.Removes(JobMembers.Description) ? null : details.Description,
            Place = changes.Removes(JobMembers.Place) ? null : details.Place,
            StartsAt = changes.Removes(JobMembers.StartsAt) ? null : details.StartsAt,
            EndsAt = changes.Removes(JobMembers.EndsAt) ? null : details.EndsAt,
            Instructions = changes.Removes(JobMembers.Instructions) ? null : details.Instructions,
            Metadata = changes.Removes(JobMembers.Metadata) ? null : details.Metadata,
            Previous = Details?.Previous,
        }).OrNull();
    }
}
