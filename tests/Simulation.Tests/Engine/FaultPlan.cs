namespace JobRequests.Simulation.Tests;

/// <summary>What may go wrong.</summary>
[Flags]
internal enum Fault
{
    None = 0,

    /// <summary>A message takes up to seconds, and is overtaken by later ones.</summary>
    Delay = 1,

    LostRequest = 2,

    LostReply = 4,

    /// <summary>A record is written twice, a caller's request arrives twice.</summary>
    Duplicate = 8,

    /// <summary>A silo or a gateway is killed and comes back.</summary>
    Crash = 16,

    /// <summary>A silo sleeps, is perhaps taken for dead, and goes on.</summary>
    Freeze = 32,

    /// <summary>The gateways' shared cache forgets everything, or gets an old copy back.</summary>
    Cache = 64,

    /// <summary>A job is activated on two silos.</summary>
    TwoActivations = 128,

    /// <summary>Committed offsets go back.</summary>
    Rewind = 256,

    /// <summary>Clocks of processes differ, within the tolerance.</summary>
    Clocks = 512,

    All = 1023,
}

/// <summary>How often what goes wrong in one run; the seed decides. Healed, nothing does.</summary>
internal sealed class FaultPlan
{
    private static readonly double[] Rates = [0, 0.003, 0.01, 0.04];

    private readonly Random _random;
    private readonly Dictionary<Fault, double> _rates = [];

    public FaultPlan(int seed, Fault allowed)
    {
        _random = new Random(seed ^ 0x5eed);
        foreach (var fault in Enum.GetValues<Fault>())
        {
            if (fault is Fault.None or Fault.All) continue;
            // Drawn for each, so that leaving one out does not change the others.
            var rate = Rates[_random.Next(Rates.Length)];
            _rates[fault] = allowed.HasFlag(fault) ? rate : 0;
        }
    }

    public bool IsHealed { get; private set; }

    public void Heal() => IsHealed = true;

    /// <summary>Whether it is to happen now.</summary>
    public bool Strikes(Fault fault)
    {
        var chance = _random.NextDouble();
        return !IsHealed && chance < _rates[fault];
    }

    /// <summary>Whether it happens in this run at all.</summary>
    public bool Includes(Fault fault) => !IsHealed && _rates[fault] > 0;
}
