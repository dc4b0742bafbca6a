using System.Collections.Immutable;
using JobRequests.Domain;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Documents;

/// <summary>A job's events between the domain, the document and the wire. Type names are part of the wire contract.</summary>
public static class EventMapping
{
    public static StoredEvent ToStored(this JobRequestEvent @event, int number, int epoch, string? request)
    {
        var stored = new StoredEvent
        {
            N = number,
            Type = TypeName(@event),
            At = @event.At,
            By = @event.By,
            Request = request,
            Epoch = epoch,
            Role = @event.Role?.ToString(),
        };
        return @event switch
        {
            JobRequestEvent.JobRequested e => stored with
            {
                Candidates = [.. e.Candidates],
                Tasks = [.. e.Tasks.Select(task => task.ToStored())],
                Title = e.Title,
                ExpiresAt = e.ExpiresAt,
                Details = e.Details.ToStored(),
                Waiting = List(e.Waiting),
                Waves = e.Waves?.ToStored(),
                ConfirmSeconds = e.ConfirmSeconds,
            },
            JobRequestEvent.OfferWidened e => stored with { Wave = e.Wave, Candidates = [.. e.Candidates] },
            JobRequestEvent.StandbyJoined e => stored with { Rank = e.Rank },
            JobRequestEvent.AcceptanceLapsed e => stored with { Candidate = e.Candidate, Promoted = e.Promoted },
            JobRequestEvent.JobWithdrawn e => stored with { Promoted = e.Promoted },
            JobRequestEvent.JobAmended e => stored with
            {
                Title = e.Changes.Title,
                ExpiresAt = e.Changes.ExpiresAt,
                Details = e.Changes.Details.ToStored(),
                Removed = List(e.Changes.Removed),
                Candidates = List(e.Asked),
                Waiting = List(e.Waiting),
            },
            JobRequestEvent.JobDeclined e => stored with { Reason = e.Reason },
            JobRequestEvent.JobCancelled e => stored with { Reason = e.Reason },
            JobRequestEvent.JobAssigned e => stored with { Candidate = e.Candidate },
            JobRequestEvent.JobReleased e => stored with { Candidate = e.Candidate, Reason = e.Reason, Promoted = e.Promoted },
            JobRequestEvent.TaskFinished e => stored with { Task = e.TaskId },
            _ => stored,
        };
    }

    public static StoredEvent ToStored(this JobEvent e) => new()
    {
        N = e.Version,
        Type = e.Type,
        At = e.At,
        By = e.By,
        Request = e.Request,
        Epoch = e.Epoch,
        Candidates = List(e.Data.Candidates),
        Waiting = List(e.Data.Waiting),
        Waves = e.Data.Waves is { } waves ? ImmutableArray.CreateRange(waves, static wave => wave.ToDomain()).ToStored() : null,
        Wave = e.Data.Wave,
        ConfirmSeconds = e.Data.ConfirmSeconds,
        Rank = e.Data.Rank,
        Promoted = e.Data.Promoted,
        Removed = List(e.Data.Removed),
        Tasks = e.Data.Tasks is { } tasks ? [.. tasks.Select(task => new StoredTask(task.Id, task.Name, task.Done))] : null,
        Title = e.Data.Title,
        ExpiresAt = e.Data.ExpiresAt,
        Details = e.Data.Details?.ToDomain().ToStored(),
        Reason = e.Data.Reason,
        Task = e.Data.Task,
        Candidate = e.Data.Candidate,
        Role = e.Data.Role,
    };

    public static JobRequestEvent ToDomain(this StoredEvent e) => e.Type switch
    {
        nameof(JobRequestEvent.JobRequested) =>
            new JobRequestEvent.JobRequested(
                Need(e.By, e), [.. e.Candidates ?? []], [.. (e.Tasks ?? []).Select(task => task.ToDomain())], e.Title, e.ExpiresAt, e.At,
                e.Details?.ToDomain(), Array(e.Waiting), e.Waves?.ToDomain(), e.ConfirmSeconds),
        nameof(JobRequestEvent.OfferWidened) => new JobRequestEvent.OfferWidened(Need(e.Wave, e), [.. e.Candidates ?? []], e.At),
        nameof(JobRequestEvent.StandbyJoined) => new JobRequestEvent.StandbyJoined(Need(e.By, e), Need(e.Rank, e), e.At),
        nameof(JobRequestEvent.StandbyLeft) => new JobRequestEvent.StandbyLeft(Need(e.By, e), e.At),
        nameof(JobRequestEvent.AcceptanceConfirmed) => new JobRequestEvent.AcceptanceConfirmed(Need(e.By, e), e.At),
        nameof(JobRequestEvent.AcceptanceLapsed) => new JobRequestEvent.AcceptanceLapsed(Need(e.Candidate, e), e.At, e.Promoted),
        nameof(JobRequestEvent.JobAmended) => new JobRequestEvent.JobAmended(
            Need(e.By, e), new JobRequestCommand.Amend(e.Title, e.ExpiresAt, e.Details?.ToDomain(), Removed: Array(e.Removed)), e.At, RoleOf(e),
            Array(e.Candidates), Array(e.Waiting)),
        nameof(JobRequestEvent.JobAccepted) => new JobRequestEvent.JobAccepted(Need(e.By, e), e.At),
        nameof(JobRequestEvent.JobDeclined) => new JobRequestEvent.JobDeclined(Need(e.By, e), e.Reason, e.At),
        nameof(JobRequestEvent.JobWithdrawn) => new JobRequestEvent.JobWithdrawn(Need(e.By, e), e.At, e.Promoted),
        nameof(JobRequestEvent.JobCancelled) => new JobRequestEvent.JobCancelled(Need(e.By, e), e.At, e.Reason, RoleOf(e)),
        nameof(JobRequestEvent.JobAssigned) => new JobRequestEvent.JobAssigned(Need(e.By, e), Need(e.Candidate, e), e.At, RoleOf(e)),
        nameof(JobRequestEvent.JobReleased) => new JobRequestEvent.JobReleased(
            Need(e.By, e), Need(e.Candidate, e), e.Reason, e.At, RoleOf(e), e.Promoted),
        nameof(JobRequestEvent.JobExpired) => new JobRequestEvent.JobExpired(e.At),
        nameof(JobRequestEvent.JobStarted) => new JobRequestEvent.JobStarted(Need(e.By, e), e.At),
        nameof(JobRequestEvent.TaskFinished) => new JobRequestEvent.TaskFinished(Need(e.By, e), Need(e.Task, e), e.At),
        nameof(JobRequestEvent.JobFinished) => new JobRequestEvent.JobFinished(Need(e.By, e), e.At),
        nameof(JobRequestEvent.CandidatesExhausted) => new JobRequestEvent.CandidatesExhausted(Need(e.By, e), e.At),
        _ => throw new InvalidOperationException($"Event type '{e.Type}' is unknown to this version."),
    };

    public static JobRequestEvent ToDomain(this JobEvent e) => e.ToStored().ToDomain();

    public static JobEvent ToWire(this StoredEvent e, string jobRequestId) =>
        new(jobRequestId, e.N, e.Type, e.At, e.By, e.Request, e.Epoch, ToData(e));

    private static JobEventData ToData(StoredEvent e)
    {
        ImmutableArray<WaveSnapshot>? waves = e.Waves is null ? null : WaveSnapshot.From(e.Waves.ToDomain());
        var data = new JobEventData(
            Array(e.Candidates), e.Tasks.ToSnapshots(), e.Title, e.ExpiresAt, e.Reason, e.Task, DetailsSnapshot.From(e.Details?.ToDomain()), e.Candidate,
            e.Role, Array(e.Waiting), waves, e.Wave, e.ConfirmSeconds, e.Rank, e.Promoted, Array(e.Removed));
        return data == JobEventData.None ? JobEventData.None : data;
    }

    private static string TypeName(JobRequestEvent @event) => @event switch
    {
        JobRequestEvent.JobRequested => nameof(JobRequestEvent.JobRequested),
        JobRequestEvent.OfferWidened => nameof(JobRequestEvent.OfferWidened),
        JobRequestEvent.StandbyJoined => nameof(JobRequestEvent.StandbyJoined),
        JobRequestEvent.StandbyLeft => nameof(JobRequestEvent.StandbyLeft),
        JobRequestEvent.AcceptanceConfirmed => nameof(JobRequestEvent.AcceptanceConfirmed),
        JobRequestEvent.AcceptanceLapsed => nameof(JobRequestEvent.AcceptanceLapsed),
        JobRequestEvent.JobAmended => nameof(JobRequestEvent.JobAmended),
        JobRequestEvent.JobAccepted => nameof(JobRequestEvent.JobAccepted),
        JobRequestEvent.JobDeclined => nameof(JobRequestEvent.JobDeclined),
        JobRequestEvent.JobWithdrawn => nameof(JobRequestEvent.JobWithdrawn),
        JobRequestEvent.JobCancelled => nameof(JobRequestEvent.JobCancelled),
        JobRequestEvent.JobAssigned => nameof(JobRequestEvent.JobAssigned),
        JobRequestEvent.JobReleased => nameof(JobRequestEvent.JobReleased),
        JobRequestEvent.JobExpired => nameof(JobRequestEvent.JobExpired),
        JobRequestEvent.JobStarted => nameof(JobRequestEvent.JobStarted),
        JobRequestEvent.TaskFinished => nameof(JobRequestEvent.TaskFinished),
        JobRequestEvent.JobFinished => nameof(JobRequestEvent.JobFinished),
        JobRequestEvent.CandidatesExhausted => nameof(JobRequestEvent.CandidatesExhausted),
        _ => throw new InvalidOperationException($"{@event.GetType().Name} has no name on the wire."),
    };

    // Only the requester cancelled, before events said by which right.
    private static DispatcherRole RoleOf(StoredEvent e) => e.Role is null ? DispatcherRole.Requester : Enum.Parse<DispatcherRole>(e.Role);

    private static ImmutableArray<string>? Array(List<string>? names) => names is null ? null : [.. names];

    private static List<string>? List(ImmutableArray<string>? names) => names is { } known ? [.. known] : null;

    private static string Need(string? value, StoredEvent e) => value ?? throw Lacks(e);

    private static int Need(int? value, StoredEvent e) => value ?? throw Lacks(e);

    private static InvalidOperationException Lacks(StoredEvent e) => new($"A stored {e.Type} lacks a member that this event always has.");
}
