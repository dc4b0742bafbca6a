using System.Collections.Immutable;
using JobRequests.Domain;
using JobRequests.Grains.Abstractions;

namespace JobRequests.Grains;

/// <summary>
/// Lists and counts jobs over one index at a time. What the index does not answer is looked at job by job, and not at more than a bounded
/// number of them a page: such a page may be short, and the next one continues from where it stopped.
/// </summary>
internal sealed class JobViewQueries(IJobViewStore views, IJobViewIndex index)
{
    private const int Batch = 500;
    private const int ReadAtOnce = 25;

    /// <summary>Jobs with many candidates and tasks make a page short: about so many bytes as JSON, and one job more.</summary>
    public const int MaxPageSize = 1024 * 1024;

    /// <summary>Jobs looked at for one page: a few milliseconds.</summary>
    public const int MaxExamined = 1_000;

    /// <summary>The same for a search, which finds little among much.</summary>
    public const int MaxSearched = 10_000;

    /// <summary>Jobs counted one by one.</summary>
    public const int MaxCounted = 10_000;

    public async Task<JobPage> ListAsync(JobQuery query, Caller caller, CancellationToken cancellationToken = default)
    {
        if (query.Text is { } text) query = query with { Text = CanonicalForm.Of(text) };
        var order = OrderOf(query, caller);
        var isAnswered = query.Text is null && IsAnsweredBy(order, query);
        var withContent = query.Text is not null || query.Metadata is not null || HasTimes(query);
        var left = withContent ? MaxSearched : MaxExamined;
        var found = new List<ViewEntry>(query.Limit);
        for (var after = query.After; ;)
        {
            // One more than the page holds tells whether there is a next one.
            var count = isAnswered ? query.Limit + 1 : Math.Min(Batch, left);
            var entries = await index.ScanAsync(order, after, count, withContent, cancellationToken);
            foreach (var entry in entries)
            {
                if (found.Count == query.Limit) return await ReadAsync(found, query, caller, found[^1].Position, cancellationToken);
                if (Matches(entry, query)) found.Add(entry);
                after = entry.Position;
            }

            left -= entries.Count;
            if (entries.Count < count) return await ReadAsync(found, query, caller, next: null, cancellationToken);
            if (left <= 0) return await ReadAsync(found, query, caller, after, cancellationToken);
        }
    }

    public async Task<JobCounts> CountAsync(JobQuery query, Caller caller, CancellationToken cancellationToken = default)
    {
        query = new JobQuery(Status: null, query.Candidate, query.Requester, Text: null, After: null, query.Limit);
        var order = OrderOf(query, caller);
        if (order is ViewOrder.All or ViewOrder.OfRequester)
            return new JobCounts((await index.CountAsync(query.Requester, cancellationToken)).ToImmutableDictionary(), IsComplete: true);

        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        JobPosition? after = null;
        for (var left = MaxCounted; left > 0;)
        {
            var count = Math.Min(Batch, left);
            var entries = await index.ScanAsync(order, after, count, withContent: false, cancellationToken);
            foreach (var entry in entries.Where(entry => Matches(entry, query))) counts[entry.Status] = counts.GetValueOrDefault(entry.Status) + 1;
            if (entries.Count < count) return new JobCounts(counts.ToImmutableDictionary(), IsComplete: true);
            after = entries[^1].Position;
            left -= entries.Count;
        }

        return new JobCounts(counts.ToImmutableDictionary(), IsComplete: false);
    }

    private static ViewOrder OrderOf(JobQuery query, Caller caller) => query switch
    {
        { Candidate: { } candidate, Standing: { } standing } => new ViewOrder.OfStanding(candidate, Enum.Parse<Standing>(standing)),
        { Candidate: { } candidate } => new ViewOrder.OfCandidate(candidate),
        { Metadata: [var pair, ..], Requester: var requester } when requester is not null || caller.IsAdmin => new ViewOrder.OfMetadata(pair, requester),
        { Requester: { } requester, Status: { } status } => new ViewOrder.OfRequesterAndStatus(requester, status),
        { Requester: { } requester } => new ViewOrder.OfRequester(requester),
        _ when !caller.IsAdmin => new ViewOrder.OfPerson(caller.Person),
        { Status: { } status } => new ViewOrder.OfStatus(status),
        _ => new ViewOrder.All(),
    };

    private static bool IsAnsweredBy(ViewOrder order, JobQuery query) => order switch
    {
        ViewOrder.OfMetadata => query is { Status: null, Metadata.Length: 1 } && !HasTimes(query),
        _ when query.Metadata is not null || HasTimes(query) => false,
        ViewOrder.OfStanding(_, Standing.Standby) => false,
        ViewOrder.OfCandidate or ViewOrder.OfStanding => query is { Requester: null, Status: null },
        ViewOrder.OfPerson => query.Status is null,
        _ => true,
    };

    private static bool HasTimes(JobQuery query) => query.StartsFrom is not null || query.StartsTo is not null;

    // A job that does not say when it starts is in no range.
    private static bool Matches(ViewEntry entry, JobQuery query) =>
        (query.Status is null || entry.Status == query.Status)
        && (query.Requester is null || entry.Requester == query.Requester)
        && (query.StartsFrom is not { } from || entry.StartsAt >= from)
        && (query.StartsTo is not { } to || entry.StartsAt < to)
        && (query.Metadata is not { } pairs || pairs.All(entry.Metadata.Contains))
        && (query.Text is null || (entry.Title is { } title && CanonicalForm.Of(title).Contains(query.Text, StringComparison.OrdinalIgnoreCase)));

    // A view may have moved on since the index was read, and an index is no judge of who may see a job.
    private async Task<JobPage> ReadAsync(List<ViewEntry> found, JobQuery query, Caller caller, JobPosition? next, CancellationToken cancellationToken)
    {
        var (jobs, size) = (ImmutableArray.CreateBuilder<JobSnapshot>(found.Count), 0L);
        foreach (var part in found.Chunk(ReadAtOnce))
        {
            var read = await views.ReadAsync([.. part.Select(entry => entry.Position.JobRequestId)], cancellationToken);
            foreach (var entry in part)
            {
                // The page ends before it gets too long; the next one begins here.
                if (size >= MaxPageSize) return new JobPage(jobs.ToImmutable(), found[found.IndexOf(entry) - 1].Position);
                if (!read.TryGetValue(entry.Position.JobRequestId, out var view)) continue;
                if (query.Status is { } status && view.Job.Status.ToString() != status) continue;
                if (query is { Standing: { } standing, Candidate: { } candidate } && view.Job.StandingOf(candidate)?.ToString() != standing) continue;
                if (JobSnapshot.Of(view, caller) is not { } job) continue;
                jobs.Add(job);
                size += SizeOf(job);
            }
        }

        return new JobPage(jobs.ToImmutable(), next);
    }

    // Roughly the bytes of its JSON.
    private static int SizeOf(JobSnapshot job) =>
        400 + (2 * (job.Title?.Length ?? 0)) + (job.Details is { } details ? SizeOf(details) : 0)
            + job.Candidates.Sum(static candidate => candidate.Id.Length + 30) + (job.Waves?.Waiting.Sum(static person => person.Length + 3) ?? 0)
            + job.Tasks.Sum(static task => task.Id.Length + (2 * task.Name.Length) + 40);

    private static int SizeOf(DetailsSnapshot details) =>
        (2 * ((details.Description?.Length ?? 0) + (details.Instructions?.Length ?? 0) + (details.Place?.Text?.Length ?? 0))) + 200
            + (details.Metadata?.Sum(static pair => pair.Key.Length + (2 * pair.Value.Length)) ?? 0);
}
