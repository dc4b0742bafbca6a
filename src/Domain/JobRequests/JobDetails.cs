using System.Collections.Immutable;

namespace JobRequests.Domain;

/// <summary>What, where and when a job is, beyond its title and its tasks. Two are equal where all their members are.</summary>
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

    /// <summary>Null where nothing is said: a job without details has one form only.</summary>
    public JobDetails? OrNull() => Equals(None) ? null : this;

    public bool Equals(JobDetails? other) =>
        other is not null && (Description, Place, StartsAt, EndsAt, Instructions) ==
            (other.Description, other.Place, other.StartsAt, other.EndsAt, other.Instructions)
        && (Metadata ?? NoMetadata).SequenceEqual(other.Metadata ?? NoMetadata);

    public override int GetHashCode() => HashCode.Combine(Description, Place, StartsAt, EndsAt, Instructions, Metadata?.Count ?? 0);
}

/// <summary>Where a job is done: words for people, a point for maps, or both.</summary>
public sealed record Place(string? Text = null, double? Latitude = null, double? Longitude = null);
