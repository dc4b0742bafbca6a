using JobRequests.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.Hosting;

/// <summary>Declares settings that no options type of this product declares by a constant <c>Section</c>.</summary>
public static class SettingsHosting
{
    /// <summary>The section is bound to these options.</summary>
    public static void AddSettings(this IServiceCollection services, string section, Type options) =>
        services.AddSingleton(new SettingsSection(section, options));

    /// <summary>Each section below <c>Orleans:{kind}</c> is a provider of one of these types. Call it before Orleans reads them.</summary>
    /// <exception cref="OptionsValidationException">One is not.</exception>
    public static void AddProviderSettings(this IHostApplicationBuilder builder, string kind, params (string Provider, Type Options)[] known)
    {
        var providers = builder.Configuration.GetSection($"Orleans:{kind}").GetChildren().ToList();
        foreach (var provider in providers)
        {
            var type = provider["ProviderType"] ?? throw Wrong($"{provider.Path}:ProviderType is missing{Similar(provider.Key)}");
            var options = Array.Find(known, candidate => candidate.Provider.Equals(type, StringComparison.OrdinalIgnoreCase)).Options
                ?? throw Wrong(
                    $"{provider.Path}:ProviderType must be one of {string.Join(", ", known.Select(static candidate => candidate.Provider))}, but is '{type}'.");
            builder.Services.AddSingleton(new SettingsSection(provider.Path, options, type));
        }

        string Similar(string name) =>
            Nearest.To(name, providers.Select(static provider => provider.Key).Where(other => other != name)) is { } other
                ? $"; did you mean Orleans:{kind}:{other}?" : ".";
    }

    /// <summary>Section <c>Orleans:Clustering</c>. Call it before Orleans reads it.</summary>
    /// <exception cref="OptionsValidationException">It is on Redis, and does not lead there.</exception>
    public static void AddClusteringSettings(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton(new SettingsSection("Orleans:Clustering", null, "Redis"));
        var clustering = builder.Configuration.GetSection("Orleans:Clustering");
        if (clustering["ProviderType"] != "Redis") return;
        if (ServerChecksHosting.ConnectionOf(builder.Configuration, clustering) is not var (setting, address))
            throw Wrong(clustering["ConnectionName"] is { } name
                ? $"{clustering.Path}:ConnectionName names the connection string '{name}', but ConnectionStrings:{name} is not set."
                    : $"{clustering.Path}:ConnectionName is missing.");
        RedisConnection.Read(setting, address, "");
    }

    private static OptionsValidationException Wrong(string mistake) => new("", typeof(SettingsSection), [mistake]);
}
