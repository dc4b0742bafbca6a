namespace JobRequests.Client;

/// <summary>What a command would do now; nothing was stored.</summary>
/// <param name="Outcome"><c>SUCCESS</c> or <c>FAIL</c>.</param>
/// <param name="Code">Why it would fail.</param>
/// <param name="Version">The job's version that the answer rests on, or would lead to.</param>
public sealed record DryRun(string Outcome, string? Code, long? Version)
{
    /// <summary>The HTTP answer as it came.</summary>
    public RawAnswer? Answer { get; init; }
}
