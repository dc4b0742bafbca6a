using System.Collections.Immutable;

namespace JobRequests.Domain;

/// <summary>What, where and when a job is, and which one it repeats. Two are equal where all their members are.</summary>
public sealed record JobDetails
{
    private static readonly JobDetails None = new();
    private static readonly ImmutableSortedDictionary<string, string> NoMetadata = ImmutableSortedDictionary<string, string>.Empty;

    public string? Description { get; init; }

    public Place? Place { get; init; }

    public DateTimeOffset? StartsAt { get; init; }

    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>For the one who does the job, such as the code of a door: nobody sees them but the requester, administrators and the current winner.</summary>
    public string? Instructions { get; init; }

    /// <summary>What programs keep with a job, and find it by.</summary>
    public ImmutableSortedDictionary<string, string>? Metadata { get; init; }

    /// <summary>The closed job of the same requester that this one repeats. Candidates may not know of that job, and are not told.</summary>
    public string? Previous { get; init; }

    /// <summary>Null where nothing is said: a job without details has one form only.</summary>
    public JobDetails? OrNull() => Equals(None) ? null : this;

    /// <summary>These details, with those of <paramref name="others"/> where nothing is said here.</summary>
    public JobDetails Over(JobDetails? others) => new()
    {
        Description = Description ?? others?.Description,
        Place = Place ?? others?.Place,
        StartsAt = StartsAt ?? others?.StartsAt,
        EndsAt = EndsAt ?? others?.EndsAt,
        Instructions = Instructions ?? others?.Instructions,
        Metadata = Metadata ?? others?.Metadata,
        Previous = Previous ?? others?.Previous,
    };

    /// <summary>What a candidate may know of it.</summary>
    public JobDetails? ForCandidate(bool hasTheJob) => (this with { Instructions = hasTheJob ? Instructions : null, Previous = null }).OrNull();

    public bool Equals(JobDetails? other) =>
        other is not null && (Description, Place, StartsAt, EndsAt, Instructions, Previous) ==
            (other.Description, other.Place, other.StartsAt, other.EndsAt, other.Instructions, other.Previous)
        && (Metadata ?? NoMetadata).SequenceEqual(other.Metadata ?? NoMetadata);

    public override int GetHashCode() => HashCode.Combine(Description, Place, StartsAt, EndsAt, Instructions, Previous, Metadata?.Count ?? 0);
}

/// <summary>The names of what can be removed from a job.</summary>
public static class JobMembers
{
    public const string Title = "title";
    public const string ExpiresAt = "expiresAt";
    public const string Description = "description";
    public const string Place = "place";
    public const string StartsAt = "startsAt";
    public const string EndsAt = "endsAt";
    public const string Instructions = "instructions";
    public const string Metadata = "metadata";

    public static readonly ImmutableArray<string> All = [Title, ExpiresAt, Description, Place, StartsAt, EndsAt, Instructions, Metadata];
}

/// <summary>Where a job is done: words for people, a point for maps, or both.</summary>
public sealed record Place(string? Text = null, double? Latitude = null, double? Longitude = null);
