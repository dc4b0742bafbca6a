namespace JobRequests.Gateway;

/// <summary>What the web board links to; configuration section <see cref="Section"/>.</summary>
public sealed class BoardOptions
{
    public const string Section = "Board";

    /// <summary>Where an administrator's browser finds the Orleans Dashboard, or null: the board shows no link.</summary>
    public string? DashboardUrl { get; set; }

    /// <summary>Where an administrator's browser finds a view into Kafka, or null: the board shows no link.</summary>
    public string? KafkaUiUrl { get; set; }
}
