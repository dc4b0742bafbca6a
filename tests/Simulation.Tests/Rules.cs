namespace JobRequests.Simulation.Tests;

/// <summary>How the simulated servers and the reader of the log behave. Anything but the default is a mistake that a run must reveal.</summary>
internal sealed record Rules
{
    /// <summary>A write replaces a document only at the version it names.</summary>
    public bool ComparesVersions { get; init; } = true;

    /// <summary>A write that expects no document does not replace one.</summary>
    public bool InsertsOnly { get; init; } = true;

    /// <summary>What is read is committed before it was handled.</summary>
    public bool CommitsBeforeApplying { get; init; }

    /// <summary>The highest finished offset is committed, whatever is not finished below it.</summary>
    public bool CommitsHighest { get; init; }

    /// <summary>A record whose delivery was abandoned counts as finished without a dead letter.</summary>
    public bool ForgetsFailures { get; init; }
}
