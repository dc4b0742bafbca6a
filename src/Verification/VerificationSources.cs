namespace JobRequests.Verification;

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
