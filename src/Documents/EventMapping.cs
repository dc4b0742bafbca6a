using JobRequests.Domain;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Documents;

/// <summary>A job's events between the domain, the document and the wire. Type names are part of the wire contract.</summary>
public static class EventMapping
{
    public static StoredEvent ToStored(this JobRequestEvent @event, int number, int epoch, string? request)
    {
        var stored = new StoredEvent { N = number, Type = TypeName(@event), At = @event.At, By = @event.By, Request = request, Epoch = epoch };
        return @event switch
        {
            JobRequestEvent.JobRequested e => stored with
            {
                Candidates = [.. e.Candidates],
                Tasks = [.. e.Tasks.Select(task => task.ToStored())],
                Title = e.Title,
                ExpiresAt = e.ExpiresAt,
            },
            JobRequestEvent.JobDeclined e => stored with { Reason = e.Reason },
            JobRequestEvent.TaskFinished e => stored with { Task = e.TaskId },
            _ => stored,
        };
    }

    public static JobRequestEvent ToDomain(this StoredEvent e) => ToDomain(
        e.Type, e.By, e.At, e.Candidates, e.Tasks?.Select(task => task.ToDomain()), e.Title, e.ExpiresAt, e.Reason, e.Task);

    public static JobRequestEvent ToDomain(this JobEvent e) => ToDomain(
        e.Type, e.By, e.At, e.Data.Candidates, e.Data.Tasks?.Select(task => task.ToDomain()), e.Data.Title, e.Data.ExpiresAt, e.Data.Reason, e.Data.Task);

    public static JobEvent ToWire(this StoredEvent e, string jobRequestId) =>
        new(jobRequestId, e.N, e.Type, e.At, e.By, e.Request, e.Epoch, ToData(e));

    private static JobEventData ToData(StoredEvent e) => e.Type switch
    {
        nameof(JobRequestEvent.JobRequested) => new JobEventData(e.Candidates is null ? null : [.. e.Candidates], e.Tasks.ToSnapshots(), e.Title, e.ExpiresAt),
        _ when e.Reason is null && e.Task is null => JobEventData.None,
        _ => new JobEventData(Reason: e.Reason, Task: e.Task),
    };

    private static string TypeName(JobRequestEvent @event) => @event switch
    {
        JobRequestEvent.JobRequested => nameof(JobRequestEvent.JobRequested),
        JobRequestEvent.JobAccepted => nameof(JobRequestEvent.JobAccepted),
        JobRequestEvent.JobDeclined => nameof(JobRequestEvent.JobDeclined),
        JobRequestEvent.JobWithdrawn => nameof(JobRequestEvent.JobWithdrawn),
        JobRequestEvent.JobCancelled => nameof(JobRequestEvent.JobCancelled),
        JobRequestEvent.JobExpired => nameof(JobRequestEvent.JobExpired),
        JobRequestEvent.JobStarted => nameof(JobRequestEvent.JobStarted),
        JobRequestEvent.TaskFinished => nameof(JobRequestEvent.TaskFinished),
        JobRequestEvent.JobFinished => nameof(JobRequestEvent.JobFinished),
        JobRequestEvent.CandidatesExhausted => nameof(JobRequestEvent.CandidatesExhausted),
        _ => throw new InvalidOperationException($"{@event.GetType().Name} has no name on the wire."),
    };

    private static JobRequestEvent ToDomain(
        string type,
        string? by,
        DateTimeOffset at,
        IEnumerable<string>? candidates,
        IEnumerable<JobTask>? tasks,
        string? title,
        DateTimeOffset? expiresAt,
        string? reason,
        string? task) => type switch
        {
            nameof(JobRequestEvent.JobRequested) =>
                new JobRequestEvent.JobRequested(Need(by, type), [.. candidates ?? []], [.. tasks ?? []], title, expiresAt, at),
            nameof(JobRequestEvent.JobAccepted) => new JobRequestEvent.JobAccepted(Need(by, type), at),
            nameof(JobRequestEvent.JobDeclined) => new JobRequestEvent.JobDeclined(Need(by, type), reason, at),
            nameof(JobRequestEvent.JobWithdrawn) => new JobRequestEvent.JobWithdrawn(Need(by, type), at),
            nameof(JobRequestEvent.JobCancelled) => new JobRequestEvent.JobCancelled(Need(by, type), at),
            nameof(JobRequestEvent.JobExpired) => new JobRequestEvent.JobExpired(at),
            nameof(JobRequestEvent.JobStarted) => new JobRequestEvent.JobStarted(Need(by, type), at),
            nameof(JobRequestEvent.TaskFinished) => new JobRequestEvent.TaskFinished(Need(by, type), Need(task, type), at),
            nameof(JobRequestEvent.JobFinished) => new JobRequestEvent.JobFinished(Need(by, type), at),
            nameof(JobRequestEvent.CandidatesExhausted) => new JobRequestEvent.CandidatesExhausted(Need(by, type), at),
            _ => throw new InvalidOperationException($"Event type '{type}' is unknown to this version."),
        };

    private static string Need(string? value, string type) =>
        value ?? throw new InvalidOperationException($"A stored {type} lacks a member that this event always has.");
}
