using System.Text.Json.Serialization;
using JobRequests.Cli.Files;
using JobRequests.Records;

namespace JobRequests.Cli.Settings;

/// <summary>The user's folder for jobctl: JOBCTL_CONFIG, else <c>jobctl</c> in XDG_CONFIG_HOME or what the system has for it.</summary>
internal static class ConfigFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static string Path { get; } = Find();

    public static string Of(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file that only the user can read; it is replaced whole or not at all.</summary>
    public static void Write(string name, string content)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(Path);
        else
            Directory.CreateDirectory(Path, OwnerOnly | UnixFileMode.UserExecute);

        var target = Of(name);
        var aside = $"{target}.{Guid.NewGuid():N}.tmp";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        using (var writer = new StreamWriter(aside, options))
            writer.Write(content);
        File.Move(aside, target, overwrite: true);
    }

    private static string Find()
    {
        if (Environment.GetEnvironmentVariable("JOBCTL_CONFIG") is { Length: > 0 } chosen)
            return System.IO.Path.GetFullPath(chosen);
        var home = Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return home.Length > 0
            ? System.IO.Path.Combine(home, "jobctl")
            : throw new UsageException("There is no home folder to keep jobctl's files in: set JOBCTL_CONFIG to a folder.");
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(Dictionary<string, KeptImport>))]
[JsonSerializable(typeof(Memory))]
[JsonSerializable(typeof(RecordedCall))]
[JsonSerializable(typeof(IReadOnlyList<TopicPlan>))]
[JsonSerializable(typeof(IReadOnlyList<TopicReport>))]
internal sealed partial class CliJson : JsonSerializerContext;
