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
