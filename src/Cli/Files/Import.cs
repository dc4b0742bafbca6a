using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace JobRequests.Cli.Files;

/// <summary>
/// A file whose jobs are not all created yet: its key, and what each job was. It is kept before anything is sent and forgotten when every job is created. So
/// the same command goes on where it was interrupted, and a file that is done can be sent again.
/// </summary>
internal sealed class Import
{
    private const string FileName = "imports.json";

    private readonly string _scope;
    private readonly string[] _before;
    private readonly string[] _now;

    private Import(string scope, string key, string[] before, string[] now) => (_scope, Key, _before, _now) = (scope, key, before, now);

    public string Key { get; }

    /// <summary>Goes on with a file, or begins. Another key than the one it has begins from the start.</summary>
    /// <exception cref="UsageException">A job would come under a number under which another one may have been created.</exception>
    public static Import Begin(Session session, string path, IReadOnlyList<(string Place, NewJob Job)> jobs)
    {
        var (kept, scope) = (Read(), $"{Logins.KeyOf(session.Url)} {session.Identity.Label} {Path.GetFullPath(path)}");
        var known = kept.GetValueOrDefault(scope) is { } same && (session.Key ?? same.Key) == same.Key ? same : null;
        var digests = Digests([.. jobs.Select(static line => line.Job)]);
        var import = new Import(scope, known?.Key ?? session.Key ?? IdempotencyKey.New(), known?.Jobs ?? [], digests);
        for (var i = 0; i < import._before.Length; i++)
        {
            if (import._before[i].Length == 0 || import._before[i] == import._now.ElementAtOrDefault(i)) continue;
            throw new UsageException($"""
                {(i < jobs.Count ? jobs[i].Place : path)}: job {i + 1} is not the one that was sent before. A job could be created twice, so nothing was sent.
                Put back the lines that were removed, moved or changed. Correct a refused line in its place. A line that becomes much longer can move others to
                the next call, which has at most 5 MB. To create all jobs of the file again, give it a key: --key KEY
                """);
        }

        import.Keep(import._now);
        return import;
    }

    /// <summary>Forgets the file where every job is created. A job that was refused as it stands may be corrected.</summary>
    public void End(IReadOnlyList<CommandResult> results)
    {
        var isDone = results.Count == _now.Length && results.All(static result => result is CommandResult.Succeeded);
        Keep(isDone ? null : [.. _now.Select((digest, index) => results.ElementAtOrDefault(index) switch
        {
            // It never reached the service.
            CommandResult.NotEnqueued { Answer: null } => _before.ElementAtOrDefault(index) ?? "",
            CommandResult.NotEnqueued { Answer.Status: < 500 and not 429 } => "",
            _ => digest,
        })]);
    }

    // The call is a part of a job's number.
    private static string[] Digests(IReadOnlyList<NewJob> jobs) =>
        [.. JobRequestsClient.CallsOf(jobs).SelectMany((count, call) => Enumerable.Repeat(call, count)).Zip(jobs, static (call, job) =>
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{call} {JsonSerializer.Serialize(job, JobFileJson.Default.NewJob)}")))[..16])];

    private void Keep(string[]? jobs)
    {
        var kept = Read();
        if (jobs is null) kept.Remove(_scope);
        else kept[_scope] = new KeptImport(Key, jobs);
        ConfigFolder.Write(FileName, JsonSerializer.Serialize(kept, CliJson.Default.DictionaryStringKeptImport));
    }

    private static Dictionary<string, KeptImport> Read() => File.Exists(ConfigFolder.Of(FileName))
        ? JsonSerializer.Deserialize(File.ReadAllText(ConfigFolder.Of(FileName)), CliJson.Default.DictionaryStringKeptImport) ?? []
        : [];
}

/// <param name="Key">The key of the first call.</param>
/// <param name="Jobs">A digest of each job; empty where none was created, for certain.</param>
internal sealed record KeptImport(string Key, string[] Jobs);
