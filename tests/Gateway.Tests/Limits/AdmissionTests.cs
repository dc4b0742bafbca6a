using System.Diagnostics;
using System.Globalization;
using JobRequests.Clocks;
using JobRequests.Domain;
using JobRequests.Gateway.Administration;
using JobRequests.Gateway.Hosting;
using JobRequests.Gateway.Limits;
using JobRequests.Gateway.Tests.Hosting;
using JobRequests.Grains.Abstractions;
using Microsoft.Extensions.DependencyInjection;

namespace JobRequests.Gateway.Tests.Limits;

/// <summary>Commands are refused before they are published, at once, and admitted again by themselves.</summary>
public sealed class AdmissionTests
{
    private const string Accept = $"/v1/job-requests/{Http.Job}/accept";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    // At once, and it says nothing of how long the log takes.
    private static readonly Func<CommandEnvelope, JobRequestReply> Repeat = _ => new JobRequestReply.Succeeded(2, null, Replayed: true);

    private readonly ScriptedBacklog _backlog = new();

    [Fact]
    public async Task A_too_long_predicted_wait_is_503_with_an_estimate()
    {
        await using var host = await StartAsync();
        host.Jobs.Decide = Repeat;
        (_backlog.Lag, _backlog.Rate) = (175, 100);

        // 100 a second: 1.75 s. Of 5 s, two fifths are more, three tenths are less.
        await UntilAsync(host, "/v1/job-requests", Http.Create, 503);
        Assert.Equal(200, (await host.PostAsync(Accept, "{}", "ann", key: "a1")).Status);
        var impatient = await host.PostAsync(Accept, "{}", "ann", "a2", ("Prefer", "wait=2"));

        Assert.Equal((503, "overloaded", "REFUSED", "same-key"),
            (impatient.Status, impatient.ProblemType, impatient["outcome"], impatient.Json["retry"]!["advice"]!.ToString()));
        Assert.InRange(int.Parse(impatient.Header("Estimated-Decision-In")!, CultureInfo.InvariantCulture), 2, 5);
        Assert.InRange(int.Parse(impatient.Header("Retry-After")!, CultureInfo.InvariantCulture), 1, 6);
        Assert.Equal(["a1"], host.Jobs.Submitted.Where(command => command.Command is JobRequestCommand.Accept).Select(command => command.Key));

        _backlog.Lag = 0;
        await UntilAsync(host, "/v1/job-requests", Http.Create, 201);
    }

    [Fact]
    public async Task Callers_refused_together_get_different_retry_times()
    {
        await using var host = await StartAsync();
        host.Jobs.Decide = Repeat;
        (_backlog.Lag, _backlog.Rate) = (100_000, 100);
        await UntilAsync(host, Accept, "{}", 503);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => host.PostAsync(Accept, "{}", "ann", $"a{i}")));

        Assert.All(answers, answer => Assert.Equal(503, answer.Status));
        Assert.True(answers.Select(answer => answer.Json["retry"]!["afterMs"]!.GetValue<int>()).Distinct().Count() > 10);
    }

    [Theory]
    [InlineData("no consumer")]
    [InlineData("log unreachable")]
    [InlineData("storage unreachable")]
    [InlineData("no silo")]
    [InlineData("clock")]
    public async Task A_missing_dependency_is_503_until_it_is_back(string missing)
    {
        var connection = new Switch();
        await using var host = await StartAsync(services => services.AddSingleton<IClusterConnection>(connection)
            .AddSingleton(new ClockTolerance(TimeSpan.FromSeconds(2), "", Limit: TimeSpan.FromSeconds(30)))
                .AddSingleton<IGrainFactory>(static _ => null!)
                .AddSingleton<ClockWatch>());
        var storage = host.App.Services.GetRequiredService<StorageWatch>();
        host.Jobs.Decide = Repeat;
        Fail(true);
        await UntilAsync(host, Accept, "{}", 503);

        var submitted = host.Jobs.Submitted.Count;
        var taken = new List<TimeSpan>();
        for (var i = 0; i < 50; i++)
        {
            var started = Stopwatch.GetTimestamp();
            var answer = await host.PostAsync(Accept, "{}", "ann", $"r{i}");
            taken.Add(Stopwatch.GetElapsedTime(started));
            Assert.Equal((503, "unavailable"), (answer.Status, answer.ProblemType));
            Assert.NotNull(answer.Header("Retry-After"));
        }

        // The promise is 50 ms; the machine may be busy with other things.
        Assert.True(taken.Order().ElementAt(25) < TimeSpan.FromMilliseconds(50), $"Half of the refusals took {taken.Order().ElementAt(25)} or more.");
        Assert.Equal(submitted, host.Jobs.Submitted.Count);
        Fail(false);
        await UntilAsync(host, Accept, "{}", 200);

        void Fail(bool fails)
        {
            if (missing == "no consumer") _backlog.Lag = fails ? 5 : 0;
            else if (missing == "log unreachable") _backlog.IsReachable = !fails;
            else if (missing == "storage unreachable") storage.Tell(!fails, "It is gone.");
            else if (missing == "no silo") connection.IsUp = !fails;
            else host.App.Services.GetRequiredService<ClockWatch>()
                .Tell(SiloAddress.Zero,
                    new ClockDifference(new ClockReading("m", "s", default, default), TimeSpan.FromSeconds(fails ? 40 : 20), TimeSpan.Zero));
        }
    }

    [Fact]
    public async Task A_joined_request_is_not_refused_for_the_backlog()
    {
        await using var host = await StartAsync();
        host.Jobs.Decide = command => command.Key == "a1" ? null : new JobRequestReply.Succeeded(2, null, Replayed: false);
        var first = host.PostAsync(Accept, "{}", "ann", "a1");
        await UntilAsync(() => host.Jobs.Submitted.Any(command => command.Key == "a1"));
        (_backlog.Lag, _backlog.Rate) = (100_000, 100);
        await UntilAsync(host, Accept, "{}", 503);

        var joined = host.PostAsync(Accept, "{}", "ann", "a1");
        await UntilAsync(() => host.Jobs.Asked.Count(asked => asked.Query.Key == "a1") >= 2);
        host.Jobs.Settle(new("ann", "accept", Http.Job, "a1"), new JobRequestReply.Succeeded(2, null, Replayed: false));

        Assert.Equal((200, 200), ((await first).Status, (await joined).Status));
    }

    [Theory]
    [InlineData("full")]
    [InlineData("overloaded")]
    public async Task A_repeat_gets_its_answer_though_new_commands_are_refused(string why)
    {
        await using var host = await StartAsync(maxInFlight: why == "full" ? 1 : 1_000);
        host.Jobs.Decide = command => command.Key == "slow" ? null : new JobRequestReply.Succeeded(2, null, Replayed: false);
        await host.PostAsync(Accept, "{}", "ann", "a1");
        var slow = host.PostAsync(Accept, "{}", "bob", "slow");
        await UntilAsync(() => host.Jobs.Submitted.Any(command => command.Key == "slow"));
        if (why == "overloaded") (_backlog.Lag, _backlog.Rate) = (100_000, 100);
        await UntilAsync(host, Accept, "{}", 503);

        var repeat = await host.PostAsync(Accept, "{}", "ann", "a1");
        var strict = await host.PostAsync(Accept, "{}", "bob", "slow", ("Prefer", "handling=strict"));
        host.Jobs.Settle(new("bob", "accept", Http.Job, "slow"), new JobRequestReply.Succeeded(2, null, Replayed: false));

        Assert.Equal((200, "true"), (repeat.Status, repeat.Header("Idempotency-Replayed")));
        Assert.Equal((409, 200), (strict.Status, (await slow).Status));
    }

    [Fact]
    public async Task A_command_on_a_closed_job_skips_the_log()
    {
        await using var host = await StartAsync();
        host.App.Services.GetRequiredService<ClosedJobs>().Add(Http.Job);
        host.Jobs.GetOutcome = (_, query, _) => Task.FromResult<JobRequestReply>(query.Key == "old"
            ? new JobRequestReply.Succeeded(2, null, Replayed: true)
            : new JobRequestReply.Rejected("JOB_CLOSED", 5, Replayed: false, null));

        var refused = await host.PostAsync(Accept, "{}", "ann", "new");
        var replayed = await host.PostAsync(Accept, "{}", "ann", "old");

        Assert.Equal((409, "job-closed", "5"), (refused.Status, refused.ProblemType, refused["version"]));
        Assert.Equal((200, "true"), (replayed.Status, replayed.Header("Idempotency-Replayed")));
        Assert.Empty(host.Jobs.Submitted);
    }

    [Fact]
    public async Task A_job_that_said_closed_is_remembered()
    {
        await using var host = await StartAsync();
        host.Jobs.Decide = _ => new JobRequestReply.Rejected("JOB_CLOSED", 5, Replayed: false, null);

        await host.PostAsync(Accept, "{}", "ann", "a1");
        host.Jobs.GetOutcome = (_, _, _) => Task.FromResult<JobRequestReply>(new JobRequestReply.Rejected("JOB_CLOSED", 5, Replayed: false, null));
        var second = await host.PostAsync(Accept, "{}", "ann", "a2");

        Assert.Equal("job-closed", second.ProblemType);
        Assert.Equal("a1", Assert.Single(host.Jobs.Submitted).Key);
    }

    [Fact]
    public async Task A_stranger_of_a_closed_job_goes_through_the_log()
    {
        await using var host = await StartAsync();
        host.App.Services.GetRequiredService<ClosedJobs>().Add(Http.Job);
        host.Jobs.GetOutcome = (_, _, wait) =>
            Task.FromResult<JobRequestReply>(wait == TimeSpan.Zero ? new JobRequestReply.Pending() : new JobRequestReply.NotFound());

        var answer = await host.PostAsync(Accept, "{}", "mallory", "a1");

        Assert.Equal((404, "job-request-not-found"), (answer.Status, answer.ProblemType));
        Assert.Single(host.Jobs.Submitted);
    }

    [Fact]
    public async Task Refusals_are_counted_by_reason()
    {
        await using var host = await StartAsync();
        host.App.Services.GetRequiredService<StorageWatch>().Tell(isUp: false, "It is gone.");

        await host.PostAsync(Accept, "{}", "ann", "a1");

        var minute = host.App.Services.GetRequiredService<CommandStatistics>().Read();
        Assert.Equal((1L, 1L), (minute.Refusals[RefusalReason.StorageUnreachable], minute.Outcomes["REFUSED"]));
    }

    private Task<GatewayHost> StartAsync(Action<IServiceCollection>? configure = null, int maxInFlight = 1_000) => GatewayHost.StartAsync(
        services =>
        {
            services.AddSingleton<IRequestBacklog>(_backlog);
            configure?.Invoke(services);
        },
        ("Gateway:MaxInFlight", $"{maxInFlight}"),
        ("Gateway:Admission:SamplePeriod", "00:00:00.050"),
        ("Gateway:Admission:HeartbeatPeriod", "00:01:00"),
        ("Gateway:Admission:BehindAfter", "00:00:00.100"),
        ("Gateway:Admission:StaleAfter", "00:00:00.500"),
        ("Gateway:Admission:Window", "00:00:00.500"),
        ("Gateway:Admission:StallAfter", "00:00:00.500"));

    private static async Task UntilAsync(GatewayHost host, string path, string body, int status)
    {
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; ; i++)
        {
            var answer = await host.PostAsync(path, body, "ann", $"u{started}-{i}");
            if (answer.Status == status) return;
            Assert.True(Stopwatch.GetElapsedTime(started) < Limit, $"Waited {Limit} for {status} to {path}; the last answer was {answer.Status} {answer.Text}");
            await Task.Delay(20);
        }
    }

    private static async Task UntilAsync(Func<bool> isReached)
    {
        for (var started = Stopwatch.GetTimestamp(); !isReached(); await Task.Delay(10)) Assert.True(
            Stopwatch.GetElapsedTime(started) < Limit, $"Waited {Limit}.");
    }

    private sealed class Switch : IClusterConnection
    {
        public bool IsUp { get; set; } = true;
    }
}
