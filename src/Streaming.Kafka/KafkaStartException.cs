namespace JobRequests.Streaming.Kafka;

/// <summary>A stream provider cannot start. The message says which provider, which setting, and what was seen.</summary>
public sealed class KafkaStartException : Exception
{
    internal KafkaStartException(string provider, string setting, string problem, Exception? innerException = null)
        : base($"Kafka stream provider '{provider}' cannot start: {problem} (setting Orleans:Streaming:{provider}:{setting}).", innerException)
    {
        Provider = provider;
        Setting = setting;
    }

    /// <summary>The provider's name.</summary>
    public string Provider { get; }

    /// <summary>The option to look at.</summary>
    public string Setting { get; }
}
