using System.Text.Json;

namespace JobRequests.Cli.Settings;

/// <summary>What was used last, as defaults of the menu and of shell completion.</summary>
internal sealed record Memory
{
    private const string FileName = "memory.json";
    private const int Recent = 10;
    private const int Listed = 500;

    /// <summary>Used in a command, latest first.</summary>
    public IReadOnlyList<string> RecentJobs { get; init; } = [];

    /// <summary>Shown in a list, latest first: what a short id can stand for.</summary>
    public IReadOnlyList<string> ListedJobs { get; init; } = [];

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

    /// <summary>Something for next time; what was answered stands whether it can be written or not.</summary>
    public static void Remember(Func<Memory, Memory> change)
    {
        try
        {
            change(Load()).Save();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Terminal.Error($"Job ids could not be remembered for the menu and for short ids: {e.Message}");
        }
    }

    public Memory WithJob(string job) => this with { RecentJobs = [.. RecentJobs.Prepend(job).Distinct().Take(Recent)] };

    public Memory WithList(IEnumerable<string> jobs) => this with { ListedJobs = [.. jobs.Concat(ListedJobs).Distinct().Take(Listed)] };
}
