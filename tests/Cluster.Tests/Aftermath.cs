using System.Diagnostics;
using System.Text;
using System.Text.Json;
using JobRequests.Testing.Backends;
using JobRequests.Testing.Load;
using JobRequests.Verification;

namespace JobRequests.Cluster.Tests;

/// <summary>What has to hold when a run is over and everything works again.</summary>
internal static class Aftermath
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static async Task CheckAsync(LocalCluster cluster, Crowd crowd, RecordingCaller caller)
    {
        CheckStatuses(caller.Calls);
        await crowd.SettleAsync(caller);
        await AllCommittedAsync(cluster);
        var jobs = crowd.Jobs.Select(job => job.Job).ToHashSet();
        Assert.DoesNotContain(TopicReader.ReadAll(cluster.Kafka, cluster.DeadLetters), record => jobs.Contains(Encoding.UTF8.GetString(record.Message.Key!)));

        var calls = caller.Calls.ToLookup(call => call.Job);
        var histories = new List<(string Job, JsonElement History)>();
        foreach (var job in crowd.Jobs)
        {
            var document = await caller.ReadJobAsync(job.Job, "zoe");
            var history = await caller.GetAsync($"/v1/job-requests/{job.Job}/history", "zoe");
            JobChecks.Check(job, document, history, [.. calls[job.Job]]);
            await ViewCatchesUpAsync(caller, job.Job, document);
            histories.Add((job.Job, history));
        }

        // The outbox goes on by itself: waits until the last event of each job is told, then looks at all of them.
        var log = await UntilAsync(
            () => EventLog.Read(cluster),
            log => histories.TrueForAll(job => log.Has(job.Job, job.History.GetProperty("version").GetInt32())),
            "every job's last event is in finalevents");
        foreach (var (job, history) in histories) log.Check(job, history);
        await CheckLinearizableAsync([.. caller.Calls]);
    }

    /// <summary>Every record of both topics is finished, and that is committed.</summary>
    public static async Task AllCommittedAsync(LocalCluster cluster)
    {
        foreach (var topic in new[] { cluster.Requests, cluster.FinalEvents })
            await UntilAsync(
                () => TopicReader.Uncommitted(cluster.Kafka, topic, cluster.Name), static left => left.Count == 0, $"{topic} is committed to its end");
    }

    public static async Task<T> UntilAsync<T>(Func<T> look, Func<T, bool> isReached, string what)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var seen = look();
            if (isReached(seen)) return seen;
            Assert.True(Stopwatch.GetElapsedTime(started) < Limit,
                $"Waited {Limit} for: {what}. Seen: {(seen is IEnumerable<object> many ? string.Join("; ", many) : seen)}");
            // Servers and other processes can only be asked.
            await Task.Delay(200);
        }
    }

    // SUCCESS, FAIL, TIMEOUT or a refusal; never an error of ours.
    private static void CheckStatuses(IEnumerable<RecordedCall> calls)
    {
        int[] allowed = [200, 201, 202, 404, 409, 403, 412, 429, 503, 504];
        var others = calls.Where(call => call.Status is { } status && !allowed.Contains(status))
            .Select(call => $"{call.Status} {call.Code} to {call.Op}")
            .Distinct();
        Assert.Empty(others);
    }

    private static async Task CheckLinearizableAsync(IReadOnlyCollection<RecordedCall> calls)
    {
        var history = Path.GetTempFileName();
        await File.WriteAllLinesAsync(history, calls.Select(HistoryFile.Line));
        var rules = new CheckRules { Only = [Invariant.I15] };
        var report = await new Verifier(new VerificationSources { HistoryFile = history }, new VerificationOptions { Rules = rules, Settle = TimeSpan.Zero })
            .RunAsync();
        File.Delete(history);
        Assert.True(report.IsClean,
            string.Join('\n', report.First.Select(violation => $"{violation.Job}: {violation.Message}\n  {string.Join("\n  ", violation.Evidence)}")));
        Assert.Equal((calls.Where(call => call.Op == "create").Select(call => call.Job).Distinct().Count(), 0), (report.Linearizable, report.Undecided));
    }

    private static async Task ViewCatchesUpAsync(RecordingCaller caller, string job, JsonElement document)
    {
        var version = document.GetProperty("version").GetInt32();
        var view = await caller.GetAsync($"/v1/job-requests/{job}?minVersion={version}", "zoe");
        Assert.Equal(version, view.GetProperty("version").GetInt32());
        Assert.Equal(document.GetProperty("status").GetString(), view.GetProperty("status").GetString());
        Assert.Equal(document.GetProperty("acceptedBy").GetString(), view.GetProperty("acceptedBy").GetString());
    }
}
