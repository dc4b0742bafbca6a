namespace JobRequests.Cli.Verification;

/// <summary>What a run verifies: a data folder, or the servers that the settings name, and a history.</summary>
internal sealed class Evidence : IAsyncDisposable
{
    private Evidence(VerificationSources sources) => Sources = sources;

    public VerificationSources Sources { get; }

    public string Name => string.Join(", ", new[]
    {
        Sources.Jobs?.Name,
        Sources.Records?.Name,
        Sources.HistoryFile is { } history ? $"history {history}" : null,
    }.OfType<string>());

    /// <exception cref="UsageException">Nothing is named.</exception>
    /// <exception cref="VerificationException">Something cannot be opened.</exception>
    public static async Task<Evidence> OpenAsync(string? dataFolder, string? settingsFile, string? history)
    {
        if (dataFolder is not null) return new Evidence(new VerificationSources { Jobs = SqliteJobSource.Open(dataFolder), HistoryFile = history });

        var settings = ServerSettings.Load(settingsFile);
        if (ServerSettings.MongoDB(settings) is null && ServerSettings.Kafka(settings) is null && history is null)
            throw new UsageException("Name what to verify: --data PATH, the servers (ConnectionStrings__mongodb and ConnectionStrings__kafka, or MONGO_URL and "
                + "KAFKA, or --settings FILE), --history FILE.");
        var jobs = ServerSettings.MongoDB(settings) is null ? null : MongoJobSource.Open(settings);
        try
        {
            return new Evidence(new VerificationSources
            {
                Jobs = jobs,
                Records = ServerSettings.Kafka(settings) is null ? null : KafkaRecordSource.Open(settings),
                HistoryFile = history,
            });
        }
        catch
        {
            if (jobs is not null) await jobs.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Sources.Jobs is { } jobs) await jobs.DisposeAsync();
        if (Sources.Records is { } records) await records.DisposeAsync();
    }
}
