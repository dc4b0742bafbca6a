namespace JobRequests.Gateway.Limits;

/// <summary>When commands are refused before they are published; configuration section <see cref="Section"/>.</summary>
public sealed class AdmissionOptions
{
    public const string Section = "Gateway:Admission";

    /// <summary>How often the log is asked how far the silos have come.</summary>
    public TimeSpan SamplePeriod { get; set; } = TimeSpan.FromMilliseconds(150);

    /// <summary>How long one such question may take, and how old the last answer may be before the log counts as unreachable.</summary>
    public TimeSpan StaleAfter { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// A partition is behind when its oldest command is unfinished for longer than this. Longer than the silos take to commit what is
    /// finished (200 ms) and a sample period.
    /// </summary>
    public TimeSpan BehindAfter { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Over how much of the past the drain rate is measured.</summary>
    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>
    /// How long after a silo came or went <see cref="LeastLagWhileSettling"/> holds: partitions change hands, and a new silo is still cold.
    /// </summary>
    public TimeSpan SettleTime { get; set; } = TimeSpan.FromSeconds(8);

    /// <summary>Fewer unfinished commands than this in a partition are no backlog: a rate measured over so few says little.</summary>
    public int LeastLag { get; set; } = 5;

    /// <summary>The same while silos change: so many wait for a partition to be taken over, and not for what is before them.</summary>
    public int LeastLagWhileSettling { get; set; } = 25;

    /// <summary>
    /// A partition that is behind and finishes nothing for this long has no consumer. Longer than silos take to hand a partition over, or to
    /// take one over from a silo that died: meanwhile commands wait.
    /// </summary>
    public TimeSpan StallAfter { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Commands are refused whose predicted wait is above this share of their caller's deadline.</summary>
    public double WaitShare { get; set; } = 0.4;

    /// <summary>The same for creates, which are refused first: work that has begun is finished before new work is taken on.</summary>
    public double CreateWaitShare { get; set; } = 0.3;

    /// <summary>How often the gateway tells the silos how it is, and learns whether their storage answers.</summary>
    public TimeSpan HeartbeatPeriod { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How many jobs in a terminal state are remembered; commands on them do not go through the log.</summary>
    public int ClosedJobs { get; set; } = 100_000;
}

internal sealed class AdmissionOptionsValidator : IValidateOptions<AdmissionOptions>
{
    public ValidateOptionsResult Validate(string? name, AdmissionOptions options)
    {
        var rules = new SettingRules(AdmissionOptions.Section);
        rules.Between(options.SamplePeriod, TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(10));
        rules.Between(options.StaleAfter, options.SamplePeriod * 2, TimeSpan.FromMinutes(1));
        rules.Between(options.BehindAfter, TimeSpan.FromMilliseconds(50), TimeSpan.FromMinutes(1));
        rules.Between(options.Window, options.BehindAfter, TimeSpan.FromMinutes(5));
        rules.Between(options.SettleTime, TimeSpan.Zero, TimeSpan.FromMinutes(5));
        rules.Between(options.StallAfter, options.BehindAfter * 2, TimeSpan.FromMinutes(5));
        rules.Between(options.LeastLag, 0, 1_000_000);
        rules.Between(options.LeastLagWhileSettling, options.LeastLag, 1_000_000);
        rules.Between(options.WaitShare, 0.01, 1);
        rules.Between(options.CreateWaitShare, 0.01, options.WaitShare);
        rules.Between(options.HeartbeatPeriod, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1));
        rules.Between(options.ClosedJobs, 0, 10_000_000);
        return rules.Result;
    }
}
