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
        Candidates = [.. job.Candidates.Select(candidate => new StoredCandidate(candidate.Id, candidate.Answer?.ToString(), candidate.AskedAt))],
        Waves = job.Waves is { } waves ? waves.ToStored() : null,
        Winner = job.Winner,
        Standby = job.Standby.IsEmpty ? null : [.. job.Standby],
        ConfirmSeconds = job.ConfirmSeconds,
        ConfirmBy = job.ConfirmBy,
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
        for (var i = 0; i < (before.Waves?.Plan.Count ?? 0); i++) state.Waves!.Plan[i].Unknown = before.Waves!.Plan[i].Unknown;
        state.Waves?.Unknown = before.Waves?.Unknown;
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
        Candidates = [.. stored.Candidates.Select(candidate => new Candidate(candidate.Id, ParseAnswer(candidate.Answer), candidate.AskedAt))],
        Waves = stored.Waves?.ToDomain(),
        Winner = stored.Winner,
        Standby = [.. stored.Standby ?? []],
        ConfirmSeconds = stored.ConfirmSeconds,
        ConfirmBy = stored.ConfirmBy,
        Tasks = [.. stored.Tasks.Select(task => task.ToDomain())],
        CreatedAt = stored.CreatedAt,
        ExpiresAt = stored.ExpiresAt,
        Details = stored.Details?.ToDomain(),
        LastEventAt = stored.LastEventAt,
    };

    public static bool IsVisibleTo(this JobRequest job, Caller caller) => job.Version > 0 && (caller.IsAdmin || job.IsVisibleTo(caller.Person));

    /// <summary>The state behind a snapshot that shows everything.</summary>
    public static JobRequest ToDomain(this JobSnapshot snapshot) => new()
    {
        Status = Enum.Parse<JobStatus>(snapshot.Status),
        Version = snapshot.Version,
        Epoch = snapshot.Epoch,
        Requester = snapshot.Requester,
        Title = snapshot.Title,
        Candidates = [.. snapshot.Candidates.Select(candidate => new Candidate(candidate.Id, ParseAnswer(candidate.Answer), candidate.AskedAt))],
        Waves = snapshot.Waves is { } waves
            ? new WaveProgress([.. waves.Plan.Select(wave => wave.ToDomain())], waves.Opened, waves.Since, waves.Waiting)
            : null,
        Winner = snapshot.AcceptedBy,
        Standby = [.. snapshot.Candidates.Where(candidate => candidate.Rank is not null)
            .OrderBy(candidate => candidate.Rank)
            .Select(candidate => candidate.Id)],
        ConfirmSeconds = snapshot.ConfirmSeconds,
        ConfirmBy = snapshot.ConfirmBy,
        Tasks = [.. snapshot.Tasks.Select(task => task.ToDomain())],
        CreatedAt = snapshot.CreatedAt,
        ExpiresAt = snapshot.ExpiresAt,
        Details = snapshot.Details?.ToDomain(),
    };

    public static JobTask ToDomain(this TaskSnapshot task) => new(task.Id, task.Name, task.Done);

    /// <summary>Metadata as it is stored and looked for, and the previous job under a key that no metadata has: one index finds both.</summary>
    public static ImmutableArray<string> Pairs(this JobDetails details) =>
    [
        .. details.Previous is { } previous ? [JobQuery.PreviousPair(previous)] : ReadOnlySpan<string>.Empty,
        .. details.Metadata?.Select(pair => $"{pair.Key}={pair.Value}") ?? [],
    ];

    public static StoredDetails? ToStored(this JobDetails? details) => details is null
        ? null
        : new StoredDetails
        {
            Description = details.Description,
            Place = details.Place is { } place ? new StoredPlace(place.Text, place.Latitude, place.Longitude) : null,
            StartsAt = details.StartsAt,
            EndsAt = details.EndsAt,
            Instructions = details.Instructions,
            Metadata = details is { Metadata: null, Previous: null } ? null : [.. details.Pairs()],
        };

    public static JobDetails ToDomain(this StoredDetails stored)
    {
        var pairs = stored.Metadata?.Select(pair => pair.Split('=', 2))
            .ToImmutableSortedDictionary(pair => pair[0], pair => pair.ElementAtOrDefault(1) ?? "");
        var previous = pairs?.GetValueOrDefault("");
        return new JobDetails
        {
            Description = stored.Description,
            Place = stored.Place is { } place ? new Place(place.Text, place.Latitude, place.Longitude) : null,
            StartsAt = stored.StartsAt,
            EndsAt = stored.EndsAt,
            Instructions = stored.Instructions,
            Metadata = previous is null ? pairs : pairs!.Count > 1 ? pairs.Remove("") : null,
            Previous = previous,
        };
    }

    public static WaveProgress ToDomain(this StoredWaves stored) => new(stored.Plan.ToDomain(), stored.Opened, stored.Since, stored.Waiting.ToImmutableArray());

    public static StoredWaves ToStored(this WaveProgress waves) => new(waves.Plan.ToStored(), waves.Opened, waves.Since, [.. waves.Waiting]);

    internal static List<StoredWave> ToStored(this ImmutableArray<Wave> plan) => [.. plan.Select(wave => new StoredWave(wave.Size, wave.Seconds))];

    internal static ImmutableArray<Wave> ToDomain(this List<StoredWave> plan) => [.. plan.Select(wave => new Wave(wave.Size, wave.Seconds))];

    internal static JobTask ToDomain(this StoredTask task) => new(task.Id, task.Name, task.Done);

    internal static StoredTask ToStored(this JobTask task) => new(task.Id, task.Name, task.Done);

    internal static ImmutableArray<TaskSnapshot>? ToSnapshots(this List<StoredTask>? tasks) =>
        tasks is null ? null : [.. tasks.Select(task => new TaskSnapshot(task.Id, task.Name, task.Done))];

    public static CandidateAnswer? ParseAnswer(string? answer) => answer is null ? null : Enum.Parse<CandidateAnswer>(answer);
}
