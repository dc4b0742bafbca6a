using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace JobRequests.ServiceDefaults;

/// <summary>
/// Compares what a process was told with what it knows: an argument or a setting that nobody reads, a value that cannot be read, an
/// address that nobody can listen on. Environment variables of other programs are none of its business, unless they look like a
/// setting that was misspelt.
/// </summary>
public static class SettingsCheck
{
    // What begins like this is OpenTelemetry's own, by its specification.
    private const string Telemetry = "OTEL_";

    /// <param name="arguments">The command line, without what the program itself has read.</param>
    /// <param name="options">Options that the program reads itself, to propose when a similar one was given.</param>
    /// <param name="configuration">All settings.</param>
    /// <param name="services">What the process is made of.</param>
    /// <returns>A sentence for each mistake.</returns>
    public static IReadOnlyList<string> FindMistakes(
        IReadOnlyList<string> arguments, IReadOnlyList<string> options, IConfigurationRoot configuration, IServiceCollection services)
    {
        var known = KnownSettings.Of(services);
        var mistakes = new List<string>();
        CheckArguments(arguments, options, known, mistakes);
        foreach (var section in configuration.GetChildren())
        {
            if (section.Key.StartsWith(Telemetry, StringComparison.OrdinalIgnoreCase)) continue;
            if (known.Find(section.Key) is { } node) Check(section, node, mistakes);
            else if (IsMeantAsSetting(section, configuration, known)) mistakes.Add(Unknown(section, known, IsArgument(section, configuration) ? options : []));
        }

        mistakes.AddRange(from address in ListenAddresses.Of(configuration)
                          let problem = address.Problem
                          where problem is not null
                          select $"{address.Setting} {problem}");
        return mistakes;
    }

    internal static void ThrowIfMistaken(
        IReadOnlyList<string> arguments, IReadOnlyList<string> options, IConfigurationRoot configuration, IServiceCollection services)
    {
        if (FindMistakes(arguments, options, configuration, services) is { Count: > 0 } mistakes)
            throw new OptionsValidationException("", typeof(SettingsCheck), mistakes);
    }

    // --Name=value or --Name value: the configuration skips everything else without a word.
    private static void CheckArguments(IReadOnlyList<string> arguments, IReadOnlyList<string> options, SettingNode known, List<string> mistakes)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (!argument.StartsWith("--", StringComparison.Ordinal))
                mistakes.Add($"The argument '{argument}' is not understood; a setting is given as --Name=value.");
            else if (argument.Contains('=', StringComparison.Ordinal)) continue;
            else if (i + 1 < arguments.Count && !arguments[i + 1].StartsWith("--", StringComparison.Ordinal)) i++;
            else if (known.Find(argument[2..].Split(':')[0]) is not null) mistakes.Add($"{argument} has no value; give it as {argument}=value.");
            else mistakes.Add($"There is no option {argument}{DidYouMean(argument[2..], known, options)}");
        }
    }

    private static void Check(IConfigurationSection section, SettingNode node, List<string> mistakes)
    {
        if (node.IsOpen) return;
        if (section.Value is { } text && node.ValueType is { } type && !(node.IsOptional && text.Length == 0) && !SettingValue.CanRead(type, text))
            mistakes.Add($"{section.Path} must be {SettingValue.Describe(type)}, but is '{text}'.");
        foreach (var child in section.GetChildren())
        {
            if (node.Find(child.Key) is { } next) Check(child, next, mistakes);
            else mistakes.Add(
                $"There is no setting {child.Path}{Instead(Nearest.To(child.Key, node.Members.Keys) is { } name ? $"{section.Path}:{name}" : null)}");
        }
    }

    private static bool IsMeantAsSetting(IConfigurationSection section, IConfigurationRoot configuration, SettingNode known) =>
        IsArgument(section, configuration)
        || configuration.Providers.OfType<JsonConfigurationProvider>().Any(file => Has(file, section.Key))
        || (section.GetChildren().Any() && Nearest.To(section.Key, known.Members.Keys) is not null);

    private static bool IsArgument(IConfigurationSection section, IConfigurationRoot configuration) =>
        configuration.Providers.OfType<CommandLineConfigurationProvider>().Any(provider => Has(provider, section.Key));

    private static bool Has(ConfigurationProvider provider, string name) => provider.GetChildKeys([], null).Contains(name, StringComparer.OrdinalIgnoreCase);

    private static string Unknown(IConfigurationSection section, SettingNode known, IReadOnlyList<string> options)
    {
        var path = section.Key;
        for (var inner = section; inner.GetChildren().FirstOrDefault() is { } child; inner = child) path = child.Path;
        return $"There is no setting {path}{DidYouMean(path, known, options)}";
    }

    private static string DidYouMean(string path, SettingNode known, IReadOnlyList<string> options)
    {
        var parts = path.Split(':', 2);
        if (parts.Length == 1 && Nearest.To(path, options.Select(static option => option.TrimStart('-'))) is { } option) return Instead($"--{option}");
        return Instead(Nearest.To(parts[0], known.Members.Keys) is { } name ? string.Join(':', parts.Skip(1).Prepend(name)) : null);
    }

    private static string Instead(string? name) => name is null ? "." : $"; did you mean {name}?";
}
