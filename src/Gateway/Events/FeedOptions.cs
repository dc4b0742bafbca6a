using Microsoft.Extensions.Options;

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

    /// <summary>Live connections of one caller; beyond it they are refused with 429.</summary>
    public int MaxConnectionsPerCaller { get; set; } = 100;

    /// <summary>Events that wait for one connection to take them; beyond it the connection is closed.</summary>
    public int Queue { get; set; } = 1024;

    /// <summary>Jobs whose people are remembered; jobs with many candidates count more than once.</summary>
    public int KnownJobs { get; set; } = 50_000;
}

/// <summary>Names the option, the rule and the value that breaks it.</summary>
internal sealed class FeedOptionsValidator : IValidateOptions<FeedOptions>
{
    public ValidateOptionsResult Validate(string? name, FeedOptions options)
    {
        var builder = new ValidateOptionsResultBuilder();
        Number(nameof(options.Buffer), options.Buffer, 1, 1_000_000);
        Number(nameof(options.MaxCatchUp), options.MaxCatchUp, 0, 1_000_000);
        Number(nameof(options.MaxConnections), options.MaxConnections, 0, 1_000_000);
        Number(nameof(options.MaxConnectionsPerCaller), options.MaxConnectionsPerCaller, 0, 1_000_000);
        Number(nameof(options.Queue), options.Queue, 1, 100_000);
        Number(nameof(options.KnownJobs), options.KnownJobs, 2, 10_000_000);
        if (options.Heartbeat < TimeSpan.FromMilliseconds(100) || options.Heartbeat > TimeSpan.FromMinutes(5))
            builder.AddError($"must be between 00:00:00.1 and 00:05:00, but is {options.Heartbeat}.", $"{FeedOptions.Section}:{nameof(options.Heartbeat)}");
        if (string.IsNullOrWhiteSpace(options.Topic)) builder.AddError("must name the topic of facts.", $"{FeedOptions.Section}:{nameof(options.Topic)}");
        return builder.Build();

        void Number(string option, int value, int least, int most)
        {
            if (value < least || value > most) builder.AddError($"must be between {least} and {most}, but is {value}.", $"{FeedOptions.Section}:{option}");
        }
    }
}
