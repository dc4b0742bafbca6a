namespace JobRequests.Verification;

/// <summary>How a run goes about it.</summary>
public sealed record VerificationOptions
{
    public CheckRules Rules { get; init; } = new();

    /// <summary>How long a suspicious job is left alone before it is read again.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Batches of jobs that are judged at the same time.</summary>
    public int MaxParallelism { get; init; } = Environment.ProcessorCount + 1;

    /// <summary>Violations kept in the report; all are counted, and all are told as they are found.</summary>
    public int MaxReported { get; init; } = 1_000;
}

/// <summary>Where the evidence comes from; at least one of them is there.</summary>
public sealed record VerificationSources
{
    /// <summary>Job documents and views.</summary>
    public IJobSource? Jobs { get; init; }

    /// <summary>The topics of a cluster.</summary>
    public IRecordSource? Records { get; init; }

    /// <summary>A file of <see cref="RecordedCall"/>s, JSON lines.</summary>
    public string? HistoryFile { get; init; }
}

/// <summary>The evidence could not be read; the message is one sentence that says what to do.</summary>
public sealed class VerificationException(string message, Exception? inner = null) : Exception(message, inner);
