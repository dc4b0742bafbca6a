using System.Diagnostics;
using System.Globalization;

namespace JobRequests.Simulation.Tests;

/// <summary>
/// The whole pipeline under a scheduler that a seed decides. <c>JOBREQUESTS_LONG=1</c> runs 20,000 seeds of 200 calls, <c>JOBREQUESTS_SIM_SEED=n</c> one, with
/// <c>JOBREQUESTS_SIM_OPERATIONS</c>, <c>JOBREQUESTS_SIM_FAULTS</c> and <c>JOBREQUESTS_SIM_TRACE=1</c> as a failure prints them.
/// </summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    private static readonly bool IsLong = Environment.GetEnvironmentVariable("JOBREQUESTS_LONG") == "1";
    private static readonly int Count = IsLong ? 20_000 : 2_000;
    private static readonly int Operations = IsLong ? 200 : 100;

    [Fact]
    public void Whatever_goes_wrong_every_promise_is_kept()
    {
        long calls = 0, turns = 0, conflicts = 0;
        var started = Stopwatch.GetTimestamp();
        var bad = Seeds.FindBad(1, Count, seed => new Scenario(seed, Operations), result =>
        {
            Interlocked.Add(ref calls, result.Calls);
            Interlocked.Add(ref turns, result.Turns);
            Interlocked.Add(ref conflicts, result.Conflicts);
        });
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Count} seeds, {calls} calls, {turns} turns, {conflicts} writes refused, {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s"));
        if (bad is not null) Assert.Fail(Seeds.Explain(Seeds.Shrink(bad)));
        // Two activations of a job met at its document, and were told apart there.
        Assert.True(conflicts > 0);
    }

    [Fact]
    public void The_seed_that_was_asked_for_keeps_every_promise()
    {
        var seed = int.Parse(Environment.GetEnvironmentVariable("JOBREQUESTS_SIM_SEED") ?? "1", CultureInfo.InvariantCulture);
        var scenario = new Scenario(seed);
        if (Environment.GetEnvironmentVariable("JOBREQUESTS_SIM_OPERATIONS") is { Length: > 0 } operations)
            scenario = scenario with { Operations = int.Parse(operations, CultureInfo.InvariantCulture) };
        if (Environment.GetEnvironmentVariable("JOBREQUESTS_SIM_FAULTS") is { Length: > 0 } faults)
            scenario = scenario with { Faults = Enum.Parse<Fault>(faults) };
        var result = OnOneThread(() => Simulation.Run(scenario));
        output.WriteLine($"{scenario}: digest {result.Digest}, {result.Turns} turns");
        if (!result.IsGood) Assert.Fail(Seeds.Explain(result));
    }

    [Fact]
    public void The_same_seed_gives_the_same_run()
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            var scenario = new Scenario(seed);
            var (first, second) = (OnOneThread(() => Simulation.Run(scenario)), OnOneThread(() => Simulation.Run(scenario)));
            Assert.Equal((first.Turns, first.Digest), (second.Turns, second.Digest));
        }
    }

    [Theory]
    [InlineData(nameof(Rules.ComparesVersions))]
    [InlineData(nameof(Rules.InsertsOnly))]
    [InlineData(nameof(Rules.CommitsBeforeApplying))]
    [InlineData(nameof(Rules.CommitsHighest))]
    [InlineData(nameof(Rules.ForgetsFailures))]
    public void A_server_or_reader_that_breaks_its_rule_is_caught(string rule)
    {
        var rules = rule switch
        {
            nameof(Rules.ComparesVersions) => new Rules { ComparesVersions = false },
            nameof(Rules.InsertsOnly) => new Rules { InsertsOnly = false },
            nameof(Rules.CommitsBeforeApplying) => new Rules { CommitsBeforeApplying = true },
            nameof(Rules.CommitsHighest) => new Rules { CommitsHighest = true },
            _ => new Rules { ForgetsFailures = true },
        };
        // What is abandoned must happen for it to be forgotten.
        var impatient = new Scenario(0) { Rules = rules, RetryBudget = TimeSpan.FromSeconds(1) };
        var scenario = rules.ForgetsFailures ? impatient : new Scenario(0) { Rules = rules };
        if (rules.ForgetsFailures) Assert.Null(Seeds.FindBad(1, 100, seed => scenario with { Seed = seed, Rules = new Rules() }));
        var bad = Seeds.FindBad(1, 2_000, seed => scenario with { Seed = seed });
        Assert.NotNull(bad);
        output.WriteLine(Seeds.Explain(bad));
    }

    [Fact]
    public void Leaving_the_thread_ends_the_run()
    {
        var world = new World(1);
        var actor = new SimulatedProcess(world, "process1", TimeSpan.Zero).NewActor();
        var isOver = false;
        actor.Start(async () =>
        {
            await Task.Run(() => Thread.Sleep(20));
            isOver = true;
        });
        actor.Start(async () =>
        {
            while (true) await actor.DelayAsync(TimeSpan.FromSeconds(1));
        });
        Assert.Throws<SimulationException>(() => world.RunUntil(() => isOver, TimeSpan.FromDays(100_000)));
    }

    private static RunResult OnOneThread(Func<RunResult> run)
    {
        RunResult? result = null;
        var thread = new Thread(() => result = run());
        thread.Start();
        thread.Join();
        return result!;
    }
}
