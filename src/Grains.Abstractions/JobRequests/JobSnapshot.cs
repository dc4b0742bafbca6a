using System.Collections.Immutable;
using System.Text.Json.Serialization;
using JobRequests.Domain;

namespace JobRequests.Grains.Abstractions;

[GenerateSerializer, Immutable, Alias("jobs.task-snapshot")]
public sealed record TaskSnapshot([property: Id(0)] string Id, [property: Id(1)] string Name, [property: Id(2)] bool Done);

/// <param name="Id">The person.</param>
/// <param name="Answer"><c>Accepted</c>, <c>Declined</c>, <c>Withdrawn</c>, <c>Released</c>, or null while the person has not answered in this epoch.</param>
[GenerateSerializer, Immutable, Alias("jobs.candidate-snapshot")]
public sealed record CandidateSnapshot([property: Id(0)] string Id, [property: Id(1)] string? Answer);

/// <param name="Text">Words for people, or null.</param>
/// <param name="Latitude">Degrees, or null; with <paramref name="Longitude"/>.</param>
/// <param name="Longitude">Degrees, or null.</param>
[GenerateSerializer, Immutable, Alias("jobs.place-snapshot")]
public sealed record PlaceSnapshot(
    [property: Id(0), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Text,
    [property: Id(1), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Latitude,
    [property: Id(2), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Longitude);

/// <summary>What, where and when a job is; members that are not known are null, and left out of JSON.</summary>
/// <param name="Description">What people read.</param>
/// <param name="Place">Where it is done.</param>
/// <param name="StartsAt">UTC.</param>
/// <param name="EndsAt">UTC.</param>
/// <param name="Instructions">For the winner; null to other candidates.</param>
/// <param name="Metadata">What programs keep with the job.</param>
[GenerateSerializer, Immutable, Alias("jobs.details-snapshot")]
public sealed record DetailsSnapshot(
    [property: Id(0), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Description = null,
    [property: Id(1), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PlaceSnapshot? Place = null,
    [property: Id(2), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? StartsAt = null,
    [property: Id(3), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? EndsAt = null,
    [property: Id(4), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Instructions = null,
    [property: Id(5), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableSortedDictionary<string, string>? Metadata = null)
{
    public static DetailsSnapshot? From(JobDetails? details) => details is null
        ? null
        : new(details.Description, details.Place is { } place ? new PlaceSnapshot(place.Text, place.Latitude, place.Longitude) : null, details.StartsAt,
            details.EndsAt, details.Instructions, details.Metadata);

    public JobDetails ToDomain() => new()
    {
        Description = Description,
        Place = Place is { } place ? new Place(place.Text, place.Latitude, place.Longitude) : null,
        StartsAt = StartsAt,
        EndsAt = EndsAt,
        Instructions = Instructions,
        Metadata = Metadata,
    };
}

/// <summary>
/// A job as one caller may see it. A candidate finds itself alone among <see cref="Candidates"/>, <see cref="AcceptedBy"/>
/// only when it is the winner, and <see cref="CandidatesLeft"/> null.
/// </summary>
/// <param name="JobRequestId">UUID, lower case.</param>
/// <param name="Status"><c>Open</c>, <c>Accepted</c>, <c>Started</c>, <c>Finished</c>, <c>Declined</c>, <c>Expired</c> or <c>Cancelled</c>.</param>
/// <param name="Epoch">Counts from 1; each withdrawal or release begins the next.</param>
/// <param name="Version">Number of events so far; the ETag.</param>
/// <param name="Title">Free text, or null.</param>
/// <param name="Requester">Who created the job.</param>
/// <param name="AcceptedBy">The winner, or null.</param>
/// <param name="Candidates">Who may answer.</param>
/// <param name="CandidatesLeft">How many may still answer in this epoch, or null.</param>
/// <param name="Tasks">In the order of their creation.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="ExpiresAt">UTC, or null for a job without a deadline.</param>
/// <param name="Details">Null where none are known.</param>
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
    [property: Id(12)] DetailsSnapshot? Details = null);
