namespace JobRequests.Documents;

/// <summary>Settings of the job grains (section <c>Jobs</c>).</summary>
public sealed class JobRequestOptions
{
    public const string Section = "Jobs";

    /// <summary>Name of the grain storage that holds job documents.</summary>
    public const string StorageName = "jobs";

    /// <summary>Name of the state in that storage.</summary>
    public const string StateName = "JobRequest";

    /// <summary>FAIL outcomes that one caller may leave in one job's ledger, and deadlines recorded for commands that did not come.</summary>
    public int MaxFailsPerCaller { get; set; } = 32;

    /// <summary>FAIL outcomes that all callers together may leave in one job's ledger.</summary>
    public int MaxFailsPerJob { get; set; } = 2_000;

    /// <summary>
    /// How much of a job's document its ledger may take up, bytes. Beyond it only the requester and the winner still succeed; beyond half of
    /// it no deadline is recorded for a command that did not come.
    /// </summary>
    public int MaxLedgerBytes { get; set; } = 2_000_000;

    /// <summary>Events kept in a document before the oldest published ones are compacted.</summary>
    public int MaxEvents { get; set; } = 500;

    /// <summary>How far the clocks of gateways and silos may differ. A deadline is recorded as passed only when it is over by more than this.</summary>
    public TimeSpan ClockTolerance { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a storage fault is retried before a batch of commands is abandoned; their callers get TIMEOUT.</summary>
    public TimeSpan RetryBudget { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the outbox position may wait for the job's next write before it is written by itself.</summary>
    public TimeSpan OutboxPositionDelay { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long an idle job stays in memory.</summary>
    public TimeSpan IdleAfter { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Commands that one silo decides a second, at most; 0: as many as it can.</summary>
    public int MaxCommandsPerSecond { get; set; }

    /// <summary>Age from which the sweeper wakes a job with unpublished events. Longer than <see cref="OutboxPositionDelay"/>, or it wakes healthy
    /// jobs.</summary>
    public TimeSpan OutboxSweepAge { get; set; } = TimeSpan.FromSeconds(30);
}
