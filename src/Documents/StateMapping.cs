using System.Collections.Immutable;
using JobRequests.Domain;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Documents;

/// <summary>A job's state between the domain, the document and the wire.</summary>
public static class StateMapping
{
    public static StoredState ToStored(this JobRequest job) => new()
    {
        Status = job.Status.ToString(),
        Version = job.Version,
        Epoch = job.Epoch,
        Requester = job.Requester,
        Title = job.Title,
        Candidates = [.. job.Candidates.Select(candidate => new StoredCandidate(candidate.Id, candidate.Answer?.ToString()))],
        Winner = job.Winner,
        Tasks = [.. job.Tasks.Select(task => task.ToStored())],
        CreatedAt = job.CreatedAt,
        ExpiresAt = job.ExpiresAt,
        Details = job.Details.ToStored(),
        LastEventAt = job.LastEventAt,
    };

    /// <summary>The state with the members of <paramref name="before"/> that this version does not know.</summary>
    internal static StoredState Keeping(this StoredState state, StoredState before)
    {
        // Tasks are named once, when the job is created, and candidates are only added: the places of what was there never change.
        for (var i = 0; i < before.Candidates.Count; i++) state.Candidates[i].Unknown = before.Candidates[i].Unknown;
        for (var i = 0; i < before.Tasks.Count; i++) state.Tasks[i].Unknown = before.Tasks[i].Unknown;
        state.Details?.Unknown = before.Details?.Unknown;
        state.Details?.Place?.Unknown = before.Details?.Place?.Unknown;
        return state with { Unknown = before.Unknown };
    }

    public static JobRequest ToDomain(this StoredState stored) => new()
    {
        Status = Enum.Parse<JobStatus>(stored.Status),
        Version = stored.Version,
        Epoch = stored.Epoch,
        Requester = stored.Requester,
        Title = stored.Title,
        Candidates = [.. stored.Candidates.Select(candidate => new Candidate(candidate.Id, ParseAnswer(candidate.Answer)))],
        Winner = stored.Winner,
        Tasks = [.. stored.Tasks.Select(task => task.ToDomain())],
        CreatedAt = stored.CreatedAt,
        ExpiresAt = stored.ExpiresAt,
        Details = stored.Details?.ToDomain(),
        LastEventAt = stored.LastEventAt,
    };

    public static bool IsVisibleTo(this JobRequest job, Caller caller) => job.Version > 0 && (caller.IsAdmin || job.IsVisibleTo(caller.Person));

    /// <summary>The job as <paramref name="caller"/> may see it, or null when the caller may not know of it.</summary>
    public static JobSnapshot? ToSnapshot(this JobView view, Caller caller)
    {
        var viewer = new Viewer(caller.Person, caller.IsAdmin);
        if (!view.IsVisibleTo(viewer)) return null;

        var job = view.For(viewer).Job;
        return new JobSnapshot(
            view.JobRequestId,
            job.Status.ToString(),
            job.Epoch,
            job.Version,
            job.Title,
            job.Requester,
            job.Winner,
            [.. job.Candidates.Select(candidate => new CandidateSnapshot(candidate.Id, candidate.Answer?.ToString()))],
            view.SeesEverything(viewer) ? job.CandidatesLeft : null,
            [.. job.Tasks.Select(task => task.ToSnapshot())],
            job.CreatedAt,
            job.ExpiresAt,
            DetailsSnapshot.From(job.Details));
    }

    /// <summary>The state behind a snapshot that shows everything.</summary>
    public static JobRequest ToDomain(this JobSnapshot snapshot) => new()
    {
        Status = Enum.Parse<JobStatus>(snapshot.Status),
        Version = snapshot.Version,
        Epoch = snapshot.Epoch,
        Requester = snapshot.Requester,
        Title = snapshot.Title,
        Candidates = [.. snapshot.Candidates.Select(candidate => new Candidate(candidate.Id, ParseAnswer(candidate.Answer)))],
        Winner = snapshot.AcceptedBy,
        Tasks = [.. snapshot.Tasks.Select(task => task.ToDomain())],
        CreatedAt = snapshot.CreatedAt,
        ExpiresAt = snapshot.ExpiresAt,
        Details = snapshot.Details?.ToDomain(),
    };

    public static JobTask ToDomain(this TaskSnapshot task) => new(task.Id, task.Name, task.Done);

    public static TaskSnapshot ToSnapshot(this JobTask task) => new(task.Id, task.Name, task.Done);

    /// <summary>Metadata as it is stored and looked for.</summary>
    public static IEnumerable<string> Pairs(this JobDetails? details) => details?.Metadata?.Select(pair => $"{pair.Key}={pair.Value}") ?? [];

    public static StoredDetails? ToStored(this JobDetails? details) => details is null
        ? null
        : new StoredDetails
        {
            Description = details.Description,
            Place = details.Place is { } place ? new StoredPlace(place.Text, place.Latitude, place.Longitude) : null,
            StartsAt = details.StartsAt,
            EndsAt = details.EndsAt,
            Instructions = details.Instructions,
            Metadata = details.Metadata is null ? null : [.. details.Pairs()],
        };

    public static JobDetails ToDomain(this StoredDetails stored) => new()
    {
        Description = stored.Description,
        Place = stored.Place is { } place ? new Place(place.Text, place.Latitude, place.Longitude) : null,
        StartsAt = stored.StartsAt,
        EndsAt = stored.EndsAt,
        Instructions = stored.Instructions,
        Metadata = stored.Metadata?.Select(pair => pair.Split('=', 2)).ToImmutableSortedDictionary(pair => pair[0], pair => pair.ElementAtOrDefault(1) ?? ""),
    };

    internal static JobTask ToDomain(this StoredTask task) => new(task.Id, task.Name, task.Done);

    internal static StoredTask ToStored(this JobTask task) => new(task.Id, task.Name, task.Done);

    internal static ImmutableArray<TaskSnapshot>? ToSnapshots(this List<StoredTask>? tasks) =>
        tasks is null ? null : [.. tasks.Select(task => new TaskSnapshot(task.Id, task.Name, task.Done))];

    private static CandidateAnswer? ParseAnswer(string? answer) => answer is null ? null : Enum.Parse<CandidateAnswer>(answer);
}
