namespace JobRequests.Gateway.Events;

/// <summary>Settings of the live feed; configuration section <see cref="Section"/>.</summary>
public sealed class FeedOptions
{
    public const string Section = "Feed";

    /// <summary>The topic of facts, where gateway and silos are processes of their own. It is on the servers of the stream <c>requests</c>.</summary>
    public string Topic { get; set; } = "finalevents";

    /// <summary>Events kept in memory for clients that come back, and read again from the topic when the gateway starts.</summary>
    public int Buffer { get; set; } = 10_000;

    /// <summary>How many records of the topic are read again at most for one client that was away for longer than that; beyond it the client is told to
    /// reload.</summary>
    public int MaxCatchUp { get; set; } = 20_000;

    /// <summary>How often an idle connection is written to.</summary>
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Live connections of this process, of feeds and of the hub; beyond it they are refused with 503.</summary>
    public int MaxConnections { get; set; } = 10_000;

    /// <summary>Live connections of one caller, and never more than it leaves free; beyond it they are refused with 429.</summary>
    public int MaxConnectionsPerCaller { get; set; } = 100;

    /// <summary>Events that wait for one connection to take them; beyond it the connection is closed.</summary>
    public int Queue { get; set; } = 1024;

    /// <summary>Jobs whose audience is remembered; jobs with many candidates count more than once.</summary>
    public int KnownJobs { get; set; } = 50_000;
}

internal sealed class FeedOptionsValidator : IValidateOptions<FeedOptions>
{
    public ValidateOptionsResult Validate(string? name, FeedOptions options)
    {
        var rules = new SettingRules(FeedOptions.Section);
        rules.Between(options.Buffer, 1, 1_000_000);
        rules.Between(options.MaxCatchUp, 0, 1_000_000);
        rules.Between(options.MaxConnections, 0, 1_000_000);
        rules.Between(options.MaxConnectionsPerCaller, 0, 1_000_000);
        rules.Between(options.Queue, 1, 100_000);
        rules.Between(options.KnownJobs, 2, 10_000_000);
        rules.Between(options.Heartbeat, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5));
        rules.Require(!string.IsNullOrWhiteSpace(options.Topic), nameof(options.Topic), "must name the topic of facts.");
        return rules.Result;
    }
}
