using System.Collections.Immutable;
using System.Text.Json.Serialization;
using JobRequests.Domain;

namespace JobRequests.Grains.Abstractions;

[GenerateSerializer, Immutable, Alias("jobs.task-snapshot")]
public sealed record TaskSnapshot([property: Id(0)] string Id, [property: Id(1)] string Name, [property: Id(2)] bool Done);

/// <param name="Id">The person.</param>
/// <param name="Answer">One of <see cref="CandidateAnswer"/>, or null while the person has not answered in this epoch.</param>
/// <param name="AskedAt">When, UTC, where that was later than the job's creation; null, and left out of JSON, otherwise.</param>
/// <param name="Rank">The place in the line of those on standby, from 1; null, and left out of JSON, for who is not in it.</param>
[GenerateSerializer, Immutable, Alias("jobs.candidate-snapshot")]
public sealed record CandidateSnapshot(
    [property: Id(0)] string Id,
    [property: Id(1)] string? Answer,
    [property: Id(2), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? AskedAt = null,
    [property: Id(3), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Rank = null);

/// <param name="Size">How many people are asked together.</param>
/// <param name="Seconds">How long they have before the next ones are asked too.</param>
[GenerateSerializer, Immutable, Alias("jobs.wave-snapshot")]
public readonly record struct WaveSnapshot([property: Id(0)] int Size, [property: Id(1)] int Seconds)
{
    public static ImmutableArray<WaveSnapshot> From(ImmutableArray<Wave> plan) => [.. plan.Select(wave => new WaveSnapshot(wave.Size, wave.Seconds))];

    public Wave ToDomain() => new(Size, Seconds);
}

/// <summary>How far a job's waves have come.</summary>
/// <param name="Plan">After the last one everybody else is asked at once.</param>
/// <param name="Opened">The last one that was opened, from 1.</param>
/// <param name="Since">When its clock started, UTC.</param>
/// <param name="Waiting">Who will be asked, in this order.</param>
/// <param name="NextAt">When the next one is opened, UTC; null where none is to come, or while somebody has the job.</param>
[GenerateSerializer, Immutable, Alias("jobs.waves-snapshot")]
public sealed record WavesSnapshot(
    [property: Id(0)] ImmutableArray<WaveSnapshot> Plan,
    [property: Id(1)] int Opened,
    [property: Id(2)] DateTimeOffset Since,
    [property: Id(3)] ImmutableArray<string> Waiting,
    [property: Id(4)] DateTimeOffset? NextAt);

/// <param name="Text">Words for people, or null.</param>
/// <param name="Latitude">Degrees, or null; with <paramref name="Longitude"/>.</param>
/// <param name="Longitude">Degrees, or null.</param>
[GenerateSerializer, Immutable, Alias("jobs.place-snapshot")]
public sealed record PlaceSnapshot(
    [property: Id(0), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Text = null,
    [property: Id(1), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Latitude = null,
    [property: Id(2), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Longitude = null);

/// <summary>What, where and when a job is; members that are not known are null, and left out of JSON.</summary>
/// <param name="Description">What people read.</param>
/// <param name="Place">Where it is done.</param>
/// <param name="StartsAt">UTC.</param>
/// <param name="EndsAt">UTC.</param>
/// <param name="Instructions">For the winner; null to other candidates.</param>
/// <param name="Metadata">What programs keep with the job.</param>
/// <param name="Previous">The job that it repeats; null to candidates.</param>
[GenerateSerializer, Immutable, Alias("jobs.details-snapshot")]
public sealed record DetailsSnapshot(
    [property: Id(0), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Description = null,
    [property: Id(1), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PlaceSnapshot? Place = null,
    [property: Id(2), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? StartsAt = null,
    [property: Id(3), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? EndsAt = null,
    [property: Id(4), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Instructions = null,
    [property: Id(5), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableSortedDictionary<string, string>? Metadata = null,
    [property: Id(6), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Previous = null)
{
    public static DetailsSnapshot? From(JobDetails? details) => details is null
        ? null
        : new(details.Description, details.Place is { } place ? new PlaceSnapshot(place.Text, place.Latitude, place.Longitude) : null, details.StartsAt,
            details.EndsAt, details.Instructions, details.Metadata, details.Previous);

    public JobDetails ToDomain() => new()
    {
        Description = Description,
        Place = Place is { } place ? new Place(place.Text, place.Latitude, place.Longitude) : null,
        StartsAt = StartsAt,
        EndsAt = EndsAt,
        Instructions = Instructions,
        Metadata = Metadata,
        Previous = Previous,
    };
}

/// <summary>
/// A job as one caller may see it. A candidate finds itself alone among <see cref="Candidates"/>, <see cref="AcceptedBy"/>
/// only when it is the winner, and <see cref="CandidatesLeft"/> and <see cref="Waves"/> null.
/// </summary>
/// <param name="JobRequestId">UUID, lower case.</param>
/// <param name="Status"><c>Open</c>, <c>Accepted</c>, <c>Started</c>, <c>Finished</c>, <c>Declined</c>, <c>Expired</c> or <c>Cancelled</c>.</param>
/// <param name="Epoch">Counts from 1; each withdrawal, release or lapse begins the next.</param>
/// <param name="Version">Number of events so far; the ETag.</param>
/// <param name="Title">Free text, or null.</param>
/// <param name="Requester">Who created the job.</param>
/// <param name="AcceptedBy">The winner, or null.</param>
/// <param name="Candidates">Who was asked.</param>
/// <param name="CandidatesLeft">How many may still answer in this epoch, or null.</param>
/// <param name="Tasks">In the order of their creation.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="ExpiresAt">UTC, or null for a job without a deadline.</param>
/// <param name="Details">Null where none are known.</param>
/// <param name="Waves">Null where all were asked at once.</param>
/// <param name="ConfirmSeconds">How long a winner has to confirm; null where that is not asked for.</param>
/// <param name="ConfirmBy">Until when the winner has to confirm, UTC; null where nothing is to be confirmed.</param>
[GenerateSerializer, Immutable, Alias("jobs.job-snapshot")]
public sealed record JobSnapshot(
    [property: Id(0)] string JobRequestId,
    [property: Id(1)] string Status,
    [property: Id(2)] int Epoch,
    [property: Id(3)] int Version,
    [property: Id(4)] string? Title,
    [property: Id(5)] string Requester,
    [property: Id(6)] string? AcceptedBy,
    [property: Id(7)] ImmutableArray<CandidateSnapshot> Candidates,
    [property: Id(8)] int? CandidatesLeft,
    [property: Id(9)] ImmutableArray<TaskSnapshot> Tasks,
    [property: Id(10)] DateTimeOffset CreatedAt,
    [property: Id(11)] DateTimeOffset? ExpiresAt,
    [property: Id(12)] DetailsSnapshot? Details = null,
    [property: Id(13), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] WavesSnapshot? Waves = null,
    [property: Id(14), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? ConfirmSeconds = null,
    [property: Id(15), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? ConfirmBy = null)
{
    /// <summary>The job as <paramref name="caller"/> may see it, or null when the caller may not know of it.</summary>
    public static JobSnapshot? Of(JobView view, Caller caller)
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
            [.. job.Candidates.Select(candidate => new CandidateSnapshot(
                candidate.Id, candidate.Answer?.ToString(), candidate.AskedAt, view.Job.RankOf(candidate.Id)))],
            view.SeesEverything(viewer) ? job.CandidatesLeft : null,
            [.. job.Tasks.Select(task => new TaskSnapshot(task.Id, task.Name, task.Done))],
            job.CreatedAt,
            job.ExpiresAt,
            DetailsSnapshot.From(job.Details),
            job.Waves is { } waves ? new WavesSnapshot(WaveSnapshot.From(waves.Plan), waves.Opened, waves.Since, waves.Waiting, job.NextWaveAt) : null,
            job.ConfirmSeconds,
            job.ConfirmBy);
    }
}
