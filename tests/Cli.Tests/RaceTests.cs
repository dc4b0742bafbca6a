using System.Text.Json;
using JobRequests.Testing.Stub;

namespace JobRequests.Cli.Tests;

public sealed class RaceTests : IDisposable
{
    private readonly string _history = Path.Combine(Path.GetTempPath(), $"race-{Guid.NewGuid():N}.jsonl");

    public void Dispose() => File.Delete(_history);

    [Fact]
    public async Task An_honest_service_passes_and_every_call_is_recorded()
    {
        var service = new RacingService();
        await using var gateway = (await StubGateway.StartAsync()).Always(service.AnswerAsync);
        using var jobctl = new Jobctl(gateway);

        var run = await jobctl.RunAsync("race", "--candidates", "8", "--jobs", "3", "--repeats", "2", "--seed", "7", "--history", _history);

        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains("Exactly one won each of 3 jobs", run.Output);
        Assert.Contains("72 accepts", run.Output);
        Assert.Equal(3, run.Output.Split('\n')
            .Count(line => line.StartsWith("ok  job-", StringComparison.Ordinal) && line.EndsWith("  1 won, 7 lost, 16 repeats", StringComparison.Ordinal)));
        Assert.Contains("p99", run.Output);
        Assert.DoesNotContain('\u001b', run.Output);
        var calls = (await File.ReadAllLinesAsync(_history)).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(
            [("accept", 72), ("create", 3), ("get", 3)],
            calls.GroupBy(call => call.GetProperty("op").GetString()!).OrderBy(group => group.Key).Select(group => (group.Key, group.Count())));
        var accepts = calls.Where(call => call.GetProperty("op").GetString() == "accept").ToList();
        Assert.Equal(24, accepts.Select(call => call.GetProperty("key").GetString()).Distinct().Count());
        Assert.Equal(9, accepts.Count(call => call.GetProperty("outcome").GetString() == "SUCCESS"));
        Assert.Equal(6, accepts.Count(call => call.TryGetProperty("replayed", out var replayed) && replayed.GetBoolean()));
        Assert.All(accepts, call => Assert.True(call.GetProperty("end").GetInt64() >= call.GetProperty("start").GetInt64()));
        Assert.All(
            calls.Where(call => call.GetProperty("op").GetString() == "create"), call => Assert.Equal(8, call.GetProperty("candidates").GetArrayLength()));
        Assert.All(
            accepts.Where(call => call.GetProperty("outcome").GetString() == "FAIL"),
            call => Assert.Equal((409, "ALREADY_ACCEPTED"), (call.GetProperty("status").GetInt32(), call.GetProperty("code").GetString())));
    }

    [Fact]
    public async Task Two_winners_of_one_job_are_a_broken_promise()
    {
        var service = new RacingService { LetsEverybodyWin = true };
        await using var gateway = (await StubGateway.StartAsync()).Always(service.AnswerAsync);
        using var jobctl = new Jobctl(gateway);

        var run = await jobctl.RunAsync("race", "--candidates", "3", "--jobs", "1", "--repeats", "0");

        Assert.Equal(1, run.Code);
        Assert.Contains("job-1: 3 were told that they won: racer-00", run.Output);
        Assert.Contains("BROKEN: 1 of 1 jobs", run.Output);
    }

    [Fact]
    public async Task A_repeat_with_another_answer_is_a_broken_promise()
    {
        var service = new RacingService { ForgetsKeys = true };
        await using var gateway = (await StubGateway.StartAsync()).Always(service.AnswerAsync);
        using var jobctl = new Jobctl(gateway);

        var run = await jobctl.RunAsync("race", "--candidates", "2", "--jobs", "1", "--repeats", "1");

        Assert.Equal(1, run.Code);
        Assert.Contains("was told different outcomes for one key", run.Output);
    }

    [Fact]
    public async Task Without_a_service_there_is_no_race()
    {
        var gone = await StubGateway.StartAsync();
        await gone.DisposeAsync();
        using var jobctl = new Jobctl(gone);

        Assert.Equal(6, (await jobctl.RunAsync("race", "--jobs", "1", "--wait", "0")).Code);
    }
}
