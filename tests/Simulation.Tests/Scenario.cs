namespace JobRequests.Simulation.Tests;

/// <summary>What makes a run this run.</summary>
internal sealed record Scenario(int Seed, int Operations = 200, Fault Faults = Fault.All)
{
    public Rules Rules { get; init; } = new();

    /// <summary>How long a command that cannot be stored is tried before it is abandoned. Storage is rarely away for as long as this.</summary>
    public TimeSpan RetryBudget { get; init; } = TimeSpan.FromMinutes(2);

    public override string ToString() => $"JOBREQUESTS_SIM_SEED={Seed} JOBREQUESTS_SIM_OPERATIONS={Operations} JOBREQUESTS_SIM_FAULTS='{Faults}'";
}
