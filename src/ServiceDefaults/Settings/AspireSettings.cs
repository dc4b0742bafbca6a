using Microsoft.Extensions.Configuration;

namespace JobRequests.ServiceDefaults;

/// <summary>
/// Aspire writes a provider in words of its own. Here they become ours, so that everybody who reads the settings finds the same:
/// <c>KafkaServer</c>, <c>MongoDBServer</c>, <c>MongoDBDatabase</c> are <c>Kafka</c> and <c>MongoDB</c>, and <c>ServiceKey</c>, the name of a
/// resource whose connection string has that name, is <c>ConnectionName</c>.
/// </summary>
internal static class AspireSettings
{
    /// <summary>Call it before anybody reads section <c>Orleans</c>.</summary>
    public static void Translate(IConfigurationManager configuration)
    {
        var orleans = configuration.GetSection("Orleans");
        var written = new Dictionary<string, string?>();
        foreach (var provider in orleans.GetSection("Streaming")
            .GetChildren()
            .Concat(orleans.GetSection("GrainStorage").GetChildren())
            .Append(orleans.GetSection("Clustering")))
        {
            if (OwnType(provider["ProviderType"]) is { } type) written[$"{provider.Path}:ProviderType"] = type;
            if (provider["ServiceKey"] is not { Length: > 0 } resource) continue;
            written[$"{provider.Path}:ConnectionName"] = resource;
            // Orleans would look for a connection that is registered under it.
            written[$"{provider.Path}:ServiceKey"] = null;
        }

        // A source of its own: a file that is read again does not take it back.
        if (written.Count > 0) configuration.AddInMemoryCollection(written);
    }

    private static string? OwnType(string? written) => written switch
    {
        "KafkaServer" => "Kafka",
        "MongoDBServer" or "MongoDBDatabase" => "MongoDB",
        _ => null,
    };
}
