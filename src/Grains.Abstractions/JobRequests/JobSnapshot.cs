using System.Collections.Immutable;

namespace JobRequests.Grains.Abstractions;

[GenerateSerializer, Immutable, Alias("jobs.task-snapshot")]
public sealed record TaskSnapshot([property: Id(0)] string Id, [property: Id(1)] string Name, [property: Id(2)] bool Done);

/// <param name="Id">The person.</param>
/// <param name="Answer"><c>Accepted</c>, <c>Declined</c>, <c>Withdrawn</c>, or null while the person has not answered in this epoch.</param>
[GenerateSerializer, Immutable, Alias("jobs.candidate-snapshot")]
public sealed record CandidateSnapshot([property: Id(0)] string Id, [property: Id(1)] string? Answer);

/// <summary>
/// A job as one caller may see it. A candidate finds itself alone among <see cref="Candidates"/>, <see cref="AcceptedBy"/>
/// only when it is the winner, and <see cref="CandidatesLeft"/> null.
/// </summary>
/// <param name="JobRequestId">UUID, lower case.</param>
/// <param name="Status"><c>Open</c>, <c>Accepted</c>, <c>Started</c>, <c>Finished</c>, <c>Declined</c>, <c>Expired</c> or <c>Cancelled</c>.</param>
/// <param name="Epoch">Counts from 1; each withdrawal begins the next.</param>
/// <param name="Version">Number of events so far; the ETag.</param>
/// <param name="Title">Free text, or null.</param>
/// <param name="Requester">Who created the job.</param>
/// <param name="AcceptedBy">The winner, or null.</param>
/// <param name="Candidates">Who may answer.</param>
/// <param name="CandidatesLeft">How many may still answer in this epoch, or null.</param>
/// <param name="Tasks">In the order of their creation.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="ExpiresAt">UTC, or null for a job without a deadline.</param>
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
    [property: Id(11)] DateTimeOffset? ExpiresAt);
