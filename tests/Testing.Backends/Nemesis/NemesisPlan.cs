namespace JobRequests.Testing.Backends.Nemesis;

/// <summary>Load on a cluster of real processes and servers, and a fault every so often.</summary>
/// <param name="Duration">How long faults happen.</param>
/// <param name="Seed">Same seed, same order of faults and same requests.</param>
public sealed record NemesisPlan(TimeSpan Duration, int Seed)
{
    /// <summary>Commands a second; a fifth of them repeats, a twentieth other payloads under a used key.</summary>
    public double Rate { get; init; } = 150;

    /// <summary>From one fault to the next.</summary>
    public TimeSpan FaultEvery { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Names of the faults to choose from; null: all that can be made here.</summary>
    public IReadOnlyCollection<string>? Faults { get; init; }

    /// <summary>Where the recorded calls go.</summary>
    public required string HistoryFile { get; init; }

    /// <summary>How long callers wait for an answer, and the machine may add to it, seconds: what a later answer is measured by.</summary>
    public double Wait { get; init; } = 5;

    /// <summary>Told what happens.</summary>
    public Action<string> Say { get; init; } = static _ => { };
}
