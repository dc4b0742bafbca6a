namespace JobRequests.Grains.Abstractions;

/// <summary>
/// All facts in one order, where the process that decides keeps them itself: what the topic <c>finalevents</c> is in a cluster. A job's events come in
/// the order of their versions, each once.
/// </summary>
public interface IJobEventLog
{
    /// <summary>Completes with the first append after it was asked for.</summary>
    Task Appended { get; }

    /// <summary>Adds an event, which is durable then. One that is there already stays where it is.</summary>
    Task AppendAsync(JobEvent jobEvent);

    Task<JobEventLogRange> DescribeAsync(CancellationToken cancellationToken = default);

    /// <summary>The events from a position on, in their order, at most <paramref name="most"/>. Positions may be left out.</summary>
    Task<IReadOnlyList<LoggedEvent>> ReadAsync(long from, int most, CancellationToken cancellationToken = default);
}

/// <param name="Log">Tells this log from any other, and from a backup of itself.</param>
/// <param name="First">The position of the oldest event that is kept.</param>
/// <param name="Next">Where the next event will be, or later.</param>
public sealed record JobEventLogRange(ulong Log, long First, long Next);

/// <param name="Position">Where it is in the log.</param>
/// <param name="Event">Null where this version cannot read it.</param>
public readonly record struct LoggedEvent(long Position, JobEvent? Event);
