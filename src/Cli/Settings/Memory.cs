using System.Text.Json;

namespace JobRequests.Cli.Settings;

/// <summary>What was used last, as defaults of the menu and of shell completion.</summary>
internal sealed record Memory
{
    private const string FileName = "memory.json";
    private const int Jobs = 10;

    /// <summary>Latest first.</summary>
    public IReadOnlyList<string> RecentJobs { get; init; } = [];

    public string? Candidates { get; init; }
    public string? Name { get; init; }

    public static Memory Load()
    {
        var path = ConfigFolder.Of(FileName);
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllText(path), CliJson.Default.Memory) ?? new Memory() : new Memory();
        }
        catch (JsonException)
        {
            // Defaults only: a damaged file is as good as none, and is replaced by the next save.
            return new Memory();
        }
    }

    public void Save() => ConfigFolder.Write(FileName, JsonSerializer.Serialize(this, CliJson.Default.Memory));

    public Memory WithJob(string job) => this with { RecentJobs = [.. RecentJobs.Where(other => other != job).Prepend(job).Take(Jobs)] };
}
