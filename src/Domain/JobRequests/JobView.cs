using System.Collections.Immutable;

namespace JobRequests.Domain;

/// <summary>Who is looking at a job.</summary>
public readonly record struct Viewer(string Person, bool IsAdmin);

/// <summary>An answer that was accepted, in whatever epoch.</summary>
/// <param name="Candidate">Whose.</param>
/// <param name="Epoch">Of the job, when it was given.</param>
/// <param name="Answer"><see cref="CandidateAnswer.Accepted"/> or <see cref="CandidateAnswer.Declined"/>.</param>
/// <param name="After">How long after the offer reached that person, or reached it again.</param>
public sealed record JobAnswer(string Candidate, int Epoch, CandidateAnswer Answer, TimeSpan After);

/// <summary>What people read of a job: the fold of its events, applied strictly in order, and shown to each by what they may know.</summary>
public sealed record JobView(string JobRequestId, JobRequest Job)
{
    public static JobView Empty(string jobRequestId) => new(jobRequestId, JobRequest.Initial);

    /// <summary>The view of a job whose state is known, with the answers among those of its events that are.</summary>
    public static JobView Of(string jobRequestId, JobRequest job, IReadOnlyCollection<JobRequestEvent> events)
    {
        var view = new JobView(jobRequestId, job) { OfferedAt = job.CreatedAt };
        var epoch = job.Epoch - events.Count(@event => @event.FormerWinner is not null);
        foreach (var @event in events)
        {
            view = view.With(@event, epoch);
            if (@event.FormerWinner is not null) epoch++;
        }

        return view;
    }

    /// <summary>Since when those are asked who have not answered: the job's creation, or when it was opened again.</summary>
    public DateTimeOffset OfferedAt { get; init; }

    /// <summary>All answers of all epochs, in their order.</summary>
    public ImmutableArray<JobAnswer> Answers { get; init; } = [];

    public int Version => Job.Version;

    /// <summary>The view after event number <paramref name="version"/>; this view itself for one it has seen; null for a gap.</summary>
    public JobView? Apply(int version, JobRequestEvent @event)
    {
        if (version <= Version) return this;
        return version == Version + 1 ? With(@event, Job.Epoch) with { Job = JobRequest.Evolve(Job, @event) } : null;
    }

    public bool IsVisibleTo(Viewer viewer) => Version > 0 && (viewer.IsAdmin || Job.IsVisibleTo(viewer.Person));

    /// <summary>
    /// The job as <paramref name="viewer"/> may see it. The requester and administrators see everything; a candidate sees
    /// itself alone among the candidates, and the winner and the instructions only when it is the winner.
    /// </summary>
    public JobView For(Viewer viewer)
    {
        if (SeesEverything(viewer)) return this;
        return this with
        {
            Job = Job with
            {
                Candidates = [.. Job.Candidates.Where(candidate => candidate.Id == viewer.Person)],
                Waves = null,
                Standby = [],
                ConfirmBy = Job.Winner == viewer.Person ? Job.ConfirmBy : null,
                Winner = Job.Winner == viewer.Person ? Job.Winner : null,
                Details = Job.Details?.ForCandidate(hasTheJob: Job.Winner == viewer.Person),
            },
            Answers = [.. Answers.Where(answer => answer.Candidate == viewer.Person)],
        };
    }

    public bool SeesEverything(Viewer viewer) => viewer.IsAdmin || Job.Requester == viewer.Person;

    private JobView With(JobRequestEvent @event, int epoch) => @event switch
    {
        { Opens: true } => this with { OfferedAt = @event.At },
        JobRequestEvent.JobAccepted e => Answered(e.Candidate, epoch, CandidateAnswer.Accepted, e.At),
        JobRequestEvent.JobDeclined e => Answered(e.Candidate, epoch, CandidateAnswer.Declined, e.At),
        _ => this,
    };

    private JobView Answered(string person, int epoch, CandidateAnswer answer, DateTimeOffset at)
    {
        var reached = Job.FindCandidate(person)?.AskedAt is { } asked && asked > OfferedAt ? asked : OfferedAt;
        return this with { Answers = Answers.Add(new JobAnswer(person, epoch, answer, at - reached)) };
    }
}
