using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace JobRequests.ServiceDefaults;

/// <summary>Settings of a section that no registered options type declares by a constant <c>Section</c>.</summary>
/// <param name="Path">The section.</param>
/// <param name="Options">What it is bound to.</param>
/// <param name="Provider">The section is the one of a provider of Orleans of this type: <c>Kafka</c>, <c>Redis</c>, …</param>
public sealed record SettingsSection(string Path, Type? Options, string? Provider = null);

/// <summary>
/// Every setting that a process knows: those of its options, found among its services by their constant <c>Section</c>, those that it
/// declares as <see cref="SettingsSection"/>, and those of the host, the web server, the logs and Orleans.
/// </summary>
internal static class KnownSettings
{
    private static readonly string[] ProviderMembers = ["ProviderType", "ServiceKey", "ConnectionName", "ConnectionString", "SerializerKey"];

    public static SettingNode Of(IServiceCollection services)
    {
        var root = Host();
        foreach (var options in services.Select(static service => service.ServiceType)
            .Where(IsConfigured)
            .Select(static type => type.GetGenericArguments()[0])
            .Distinct())
            if (options.GetField("Section", BindingFlags.Public | BindingFlags.Static) is { IsLiteral: true } section)
                root.At((string)section.GetRawConstantValue()!).AddMembersOf(options);
        foreach (var section in services.Where(static service => service.ServiceType == typeof(SettingsSection))
            .Select(static service => (SettingsSection)service.ImplementationInstance!))
        {
            var node = root.At(section.Path);
            if (section.Options is not null) node.AddMembersOf(section.Options);
            if (section.Provider is not null) node.With([.. ProviderMembers.Select(static name => (name, SettingNode.Of(typeof(string))))]);
        }

        return root;
    }

    private static bool IsConfigured(Type service) =>
        service.IsGenericType && service.GetGenericTypeDefinition() is var type && (type == typeof(IConfigureOptions<>) || type == typeof(IValidateOptions<>));

    private static SettingNode Host()
    {
        var root = new SettingNode();
        foreach (var name in new[]
            { "Urls", "HTTP_PORTS", "HTTPS_PORTS", "HTTPS_PORT", "PreferHostingUrls", "Environment", "ApplicationName", "ContentRoot", "WebRoot",
                "AllowedHosts" })
            root.With((name, SettingNode.Of(typeof(string))));
        return root.With(
            (HealthProbe.Setting, SettingNode.Of(typeof(bool))),
            ("ConnectionStrings", SettingNode.Of(typeof(Dictionary<string, string>))),
            ("Kestrel", new SettingNode().With(("Endpoints", SettingNode.Open), ("EndpointDefaults", SettingNode.Open), ("Certificates", SettingNode.Open))),
            ("Logging", new SettingNode { Entry = SettingNode.Open }.With(("LogLevel", SettingNode.Of(typeof(Dictionary<string, LogLevel>))))),
            ("Orleans", SettingNode.Of(typeof(ClusterOptions)).With(
                ("Name", SettingNode.Of(typeof(string))),
                ("EnableDistributedTracing", SettingNode.Of(typeof(bool))),
                ("Messaging", SettingNode.Open))));
    }
}
