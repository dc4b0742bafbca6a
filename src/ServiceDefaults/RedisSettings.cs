using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace JobRequests.ServiceDefaults;

/// <summary>Where Redis is, as the settings say.</summary>
public static class RedisSettings
{
    /// <param name="setting">Where the text comes from.</param>
    /// <param name="connectionString">Its text.</param>
    /// <exception cref="OptionsValidationException">It cannot be read. It is not repeated: it may hold a password.</exception>
    public static ConfigurationOptions Read(string setting, string connectionString)
    {
        try
        {
            var configuration = ConfigurationOptions.Parse(connectionString);
            if (configuration.EndPoints.Count > 0) return configuration;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or OverflowException)
        {
            // The driver's words repeat the text.
        }

        throw new OptionsValidationException("", typeof(RedisSettings),
            [$"{setting} cannot be read: write host:port, several separated by commas, then options such as password=… or ssl=true."]);
    }
}
