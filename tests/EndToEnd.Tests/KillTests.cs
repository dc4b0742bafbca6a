using System.Diagnostics;
using System.Text.Json;
using JobRequests.Testing;
using JobRequests.Testing.Load;
using JobRequests.Verification;

namespace JobRequests.EndToEnd.Tests;

/// <summary>The built product as a process, loaded, killed with <c>kill -9</c> in the middle, started again on the same folder.</summary>
public sealed class KillTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("jobrequests-e2e-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Everything_acknowledged_survives_kill_9()
    {
        var crowd = new Crowd(seed: 20261123, callers: 32);
        RecordingCaller caller;

        await using (var server = await StandaloneServer.StartAsync(_folder))
        {
            caller = new RecordingCaller(server.Url);
            var load = crowd.RunAsync(caller, CancellationToken.None);
            await UntilAsync(() => caller.Calls.Count >= 1_500, load);
            await server.KillAsync();
            await load;
        }

        Assert.NotEmpty(crowd.Unanswered);

        await using (var server = await StandaloneServer.StartAsync(_folder))
        {
            using var again = caller.MovedTo(server.Url);
            await crowd.AnswerTheRestAsync(again);

            using var enough = new CancellationTokenSource();
            var before = again.Calls.Count;
            var load = crowd.RunAsync(again, enough.Token);
            await UntilAsync(() => again.Calls.Count >= before + 1_000, load);
            await enough.CancelAsync();
            await load;
            Assert.Empty(crowd.Unanswered);
            await crowd.SettleAsync(again);

            foreach (var job in crowd.Jobs)
            {
                // Creates that were cut off before they were sent again exist too: every request was answered.
                var document = await again.ReadJobAsync(job.Job, "zoe");
                var history = await again.GetAsync($"/v1/job-requests/{job.Job}/history", "zoe");
                JobChecks.Check(job, document, history, [.. again.Calls.Where(call => call.Job == job.Job)]);
                await ViewCatchesUpAsync(again, job.Job, document);
            }
        }

        await VerifyAsync(caller, crowd.Jobs.Count);
        caller.Dispose();
    }

    [Fact]
    public async Task The_same_bulk_after_kill_9_makes_each_job_once()
    {
        const int Lines = 1_000;
        var body = string.Join('\n', Enumerable.Range(1, Lines).Select(number => $$"""{"candidates":["ann"],"tasks":[],"title":"{{number}}"}"""));
        Dictionary<int, string> first, second;

        await using (var server = await StandaloneServer.StartAsync(_folder))
        {
            first = await SendBulkAsync(server, body, onLine: number => number == 200 ? server.KillAsync() : Task.CompletedTask);
        }

        Assert.InRange(first.Count, 200, Lines - 1);

        await using (var server = await StandaloneServer.StartAsync(_folder))
        {
            second = await SendBulkAsync(server, body, onLine: static _ => Task.CompletedTask);

            Assert.Equal(Enumerable.Range(1, Lines), second.Keys.Order());
            Assert.All(first, told => Assert.Equal(told.Value, second[told.Key]));
            var jobs = second.Values.Select(static line => JsonDocument.Parse(line).RootElement.GetProperty("result").GetProperty("jobRequestId").GetString());
            Assert.Equal(Lines, jobs.Distinct().Count());
            using var caller = new RecordingCaller(server.Url);
            JsonElement counts;
            var started = Stopwatch.GetTimestamp();
            // The views follow; each look asks how far they are.
            do counts = await caller.GetAsync("/v1/job-requests/counts?requester=me", "zoe");
            while (counts.GetProperty("total").GetInt32() < Lines && Stopwatch.GetElapsedTime(started) < TimeSpan.FromMinutes(1));
            Assert.Equal(Lines, counts.GetProperty("total").GetInt32());
        }

        var (exitCode, output, error) = await ChildProcess.RunAsync(
            "dotnet", [Repository.OutputOf("Cli", "jobctl.dll"), "verify", "--data", _folder]);
        Assert.True(exitCode == 0, output + error);
        Assert.Contains($"{Lines} jobs", output, StringComparison.Ordinal);
    }

    /// <returns>The answers that arrived, by line, without whether an earlier call had brought them about.</returns>
    private static async Task<Dictionary<int, string>> SendBulkAsync(StandaloneServer server, string body, Func<int, Task> onLine)
    {
        using var http = new HttpClient { BaseAddress = server.Url };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/job-requests/bulk")
        {
            Content = new StringContent(body, new System.Net.Http.Headers.MediaTypeHeaderValue("application/x-ndjson")),
            Headers = { { "Authorization", "Bearer dev-zoe" }, { "Idempotency-Key", "bulk" } },
        };
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode}");
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        var answers = new Dictionary<int, string>();
        try
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                var answer = JsonDocument.Parse(line).RootElement;
                Assert.Equal(201, answer.GetProperty("status").GetInt32());
                var number = answer.GetProperty("line").GetInt32();
                answers.Add(number, line.Replace("\"replayed\":true", "\"replayed\":false", StringComparison.Ordinal));
                await onLine(number);
            }
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or JsonException)
        {
            // The server is gone; its last line may be cut off.
        }

        return answers;
    }

    // Killed again, with all that was under way: what is there is right all the same.
    private async Task VerifyAsync(RecordingCaller caller, int jobs)
    {
        var history = Path.Combine(_folder, "history.jsonl");
        await File.WriteAllLinesAsync(history, caller.Calls.Select(HistoryFile.Line));
        var (exitCode, output, error) = await ChildProcess.RunAsync(
            "dotnet", [Repository.OutputOf("Cli", "jobctl.dll"), "verify", "--data", _folder, "--history", history]);
        Assert.True(exitCode == 0, output + error);
        Assert.Contains($"{jobs} jobs gave answers that are linearizable.", output, StringComparison.Ordinal);
    }

    // The view follows by itself, also for what was in the outbox when the process was killed.
    private static async Task ViewCatchesUpAsync(RecordingCaller caller, string job, JsonElement document)
    {
        var version = document.GetProperty("version").GetInt32();
        var view = await caller.GetAsync($"/v1/job-requests/{job}?minVersion={version}", "zoe");
        Assert.Equal(version, view.GetProperty("version").GetInt32());
        Assert.Equal(document.GetProperty("status").GetString(), view.GetProperty("status").GetString());
        Assert.Equal(document.GetProperty("acceptedBy").GetString(), view.GetProperty("acceptedBy").GetString());
    }

    private static async Task UntilAsync(Func<bool> condition, Task load)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.False(load.IsCompleted, "The load ended by itself: the server went away before it was killed.");
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromMinutes(3), "The load did not come far enough within 3 minutes.");
            // Looks at a counter of what has happened; nothing is assumed about how long that takes.
            await Task.Delay(5);
        }
    }
}
