using JobRequests.Grains.Abstractions;

namespace JobRequests.Grains;

/// <summary>Jobs in the order of their positions, as one index of the store has them: reading on costs the same at any depth.</summary>
public abstract record ViewOrder
{
    private ViewOrder()
    {
    }

    public sealed record All : ViewOrder;

    public sealed record OfStatus(string Status) : ViewOrder;

    public sealed record OfCandidate(string Candidate) : ViewOrder;

    public sealed record OfRequester(string Requester) : ViewOrder;

    public sealed record OfRequesterAndStatus(string Requester, string Status) : ViewOrder;

    /// <summary>What a person may see: requested by it, or offered to it. A job comes once.</summary>
    public sealed record OfPerson(string Person) : ViewOrder;
}

/// <summary>What is known of a job from the way through an index.</summary>
/// <param name="Position">Where it stands.</param>
/// <param name="Status">Its status.</param>
/// <param name="Requester">Who requested it.</param>
/// <param name="Title">Its title, where it was asked for and the job has one.</param>
public sealed record ViewEntry(JobPosition Position, string Status, string Requester, string? Title);

/// <summary>Questions about many views.</summary>
public interface IJobViewIndex
{
    /// <summary>The jobs behind <paramref name="after"/>, at most <paramref name="count"/>; fewer than that means that there are no more.</summary>
    Task<IReadOnlyList<ViewEntry>> ScanAsync(ViewOrder order, JobPosition? after, int count, bool withTitles, CancellationToken cancellationToken = default);

    /// <summary>How many jobs have which status: all jobs, or those of one requester.</summary>
    Task<IReadOnlyDictionary<string, long>> CountAsync(string? requester);
}
