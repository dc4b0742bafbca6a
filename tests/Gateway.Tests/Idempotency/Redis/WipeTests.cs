using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using JobRequests.Domain;
using JobRequests.Gateway.Administration;
using JobRequests.Gateway.Hosting;
using JobRequests.Gateway.Idempotency;
using JobRequests.Gateway.Idempotency.Redis;
using JobRequests.Gateway.JobRequests;
using JobRequests.Gateway.Limits;
using JobRequests.Gateway.Requests;
using JobRequests.Gateway.Tests.Hosting;
using JobRequests.Grains.Abstractions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace JobRequests.Gateway.Tests.Idempotency.Redis;

/// <summary>Every answer is the job's, whatever is done to Redis meanwhile: callers repeat and misuse keys at two gateways.</summary>
[Collection(RedisAlone.Name)]
public sealed class WipeTests
{
    private const int Callers = 16;
    private const int CallsEach = 60;
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(5);

    // The time in which an answer is promised, and what a busy machine may add to it.
    private static readonly TimeSpan InTime = Wait + TimeSpan.FromMilliseconds(250) + TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public Task Emptied_at_any_moment(int seed) => RunAsync(seed, static async (redis, random) =>
    {
        await Task.Delay(random.Next(10));
        await redis.Invoke(server => server.FlushAllDatabasesAsync());
    });

    [Fact]
    public Task Killed_and_replaced_by_an_empty_one() => RunAsync(4, static async (redis, random) =>
    {
        await Task.Delay(random.Next(200));
        await redis.Server.KillAsync();
        await Task.Delay(random.Next(300));
        await redis.Server.BeginAsync();
    });

    [Fact]
    public Task Filled_with_values_that_nobody_can_read() => RunAsync(5, static async (redis, random) =>
    {
        await Task.Delay(random.Next(10));
        await redis.Invoke(async server =>
        {
            var database = server.Multiplexer.GetDatabase();
            await foreach (var key in server.KeysAsync()) await database.StringSetAsync(
                key, random.Next(2) == 0 ? "1D{\"f\":" : "1Cnobody|", TimeSpan.FromMinutes(1));
        });
    });

    private static async Task RunAsync(int seed, Func<Target, Random, Task> fault)
    {
        await using var server = await RedisServer.StartAsync();
        var redis = new Target(server);
        await using var first = await RedisCacheUnderTest.StartAsync(server.Address, new RedisCacheOptions { RedisBreak = TimeSpan.FromMilliseconds(500) });
        await using var second = await RedisCacheUnderTest.StartAsync(server.Address, new RedisCacheOptions { RedisBreak = TimeSpan.FromMilliseconds(500) });
        var jobs = new Jobs();
        CommandExecutor[] gateways = [Gateway(jobs, first.Ledger), Gateway(jobs, second.Ledger)];
        var answers = new ConcurrentQueue<Answered>();

        using var done = new CancellationTokenSource();
        var faults = Task.Run(async () =>
        {
            var random = new Random(seed);
            while (!done.IsCancellationRequested) await fault(redis, random);
        });
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            var random = new Random((seed * 1_000) + caller);
            for (var i = 0; i < CallsEach; i++)
            {
                // Few keys, so that most calls are repeats; one of ten carries another payload; four callers share a person.
                var request = Request($"person{caller / 4}", $"k{random.Next(i / 4, (i / 4) + 3)}", random.Next(10) == 0 ? "other" : "f");
                var began = Stopwatch.GetTimestamp();
                var result = await gateways[random.Next(2)].ExecuteAsync(request, CancellationToken.None);
                answers.Enqueue(new Answered(request, result, Stopwatch.GetElapsedTime(began)));
                await Task.Delay(random.Next(4));
            }
        })));
        await done.CancelAsync();
        await faults;

        Assert.Equal(Callers * CallsEach, answers.Count);
        foreach (var answer in answers) Check(answer, jobs);
        Assert.Contains(answers, answer => answer.Result is CommandResult.Succeeded { Reply.Replayed: true });
        Assert.Contains(answers, answer => answer.Result is CommandResult.Unrecorded);
        Assert.Contains(answers, answer => answer.Result is CommandResult.Rejected);
        await Eventually.TrueAsync(() => Task.FromResult(first.Ledger.Joined + second.Ledger.Joined == 0), "nobody is left waiting");
    }

    private static void Check(Answered answer, Jobs jobs)
    {
        var (name, fingerprint) = (answer.Request.Name, answer.Request.Envelope.Fingerprint);
        Assert.True(answer.Took < InTime, $"{name} was answered after {answer.Took}.");
        var recorded = jobs.Recorded[name];
        switch (answer.Result)
        {
            case CommandResult.Succeeded success:
                Assert.Equal(recorded.Fingerprint, fingerprint);
                Assert.Equal(recorded.Reply, success.Reply with { Replayed = false });
                break;
            case CommandResult.Rejected failure:
                Assert.Equal(recorded.Fingerprint, fingerprint);
                Assert.Equal(recorded.Reply, failure.Reply with { Replayed = false });
                break;
            case CommandResult.Unrecorded { IsCertain: true }:
                Assert.NotEqual(recorded.Fingerprint, fingerprint);
                break;
            default:
                Assert.Fail($"{name} was answered {answer.Result}.");
                break;
        }
    }

    private static CommandRequest Request(string person, string key, string fingerprint) => new(
        new CommandEnvelope(Http.Job, new Caller(person, false), key, fingerprint, DateTimeOffset.UtcNow.AddTicks(Random.Shared.Next()),
            DateTimeOffset.UtcNow.AddMinutes(1), null, new JobRequestCommand.Accept(), null),
        new Preferences(Wait, false, false, null), Stopwatch.GetTimestamp(), null);

    private static CommandExecutor Gateway(IJobRequests jobs, IIdempotencyCache ledger)
    {
        var admission = Options.Create(new AdmissionOptions { StaleAfter = TimeSpan.FromMinutes(1) });
        var backlog = new BacklogMonitor(
            new UnknownBacklog(), new SiloChanges(admission, TimeProvider.System), admission, TimeProvider.System, NullLogger<BacklogMonitor>.Instance);
        var meters = new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>();
        var options = Options.Create(new GatewayOptions());
        var admits = new Admission(
            options, admission, new SameProcess(), backlog, new StorageWatch(), new CommandStatistics(meters, TimeProvider.System), TimeProvider.System);
        return new CommandExecutor(
            jobs, ledger, admits, backlog, new ClosedJobs(admission, new ScriptedFeed()),
            new PreviousJob(jobs, admits, options, TimeProvider.System, NullLogger<PreviousJob>.Instance),
            new OutcomeWaiter(jobs, TimeProvider.System, NullLogger<OutcomeWaiter>.Instance), TimeProvider.System, NullLogger<CommandExecutor>.Instance);
    }

    private sealed record Answered(CommandRequest Request, CommandResult Result, TimeSpan Took);

    /// <summary>Jobs that decide each request once, each differently, after a while; the first payload owns the key.</summary>
    private sealed class Jobs : IJobRequests
    {
        private readonly ConcurrentDictionary<RequestName, TaskCompletionSource> _decided = new();
        private int _decisions;

        public ConcurrentDictionary<RequestName, (string Fingerprint, DateTimeOffset ReceivedAt, JobRequestReply Reply)> Recorded { get; } = new();

        public async Task SubmitAsync(CommandEnvelope command)
        {
            await Task.Delay(Random.Shared.Next(20));
            var name = new RequestName(command.Caller.Person, command.Command.Operation, command.JobRequestId, command.Key);
            Recorded.GetOrAdd(name, _ => (command.Fingerprint, command.ReceivedAt, Next()));
            Decision(name).TrySetResult();
        }

        public async Task<JobRequestReply> GetOutcomeAsync(string jobRequestId, OutcomeQuery query, TimeSpan wait)
        {
            var name = new RequestName(query.Caller.Person, query.Operation, jobRequestId, query.Key);
            try
            {
                await Decision(name).Task.WaitAsync(wait);
            }
            catch (TimeoutException)
            {
                return new JobRequestReply.Pending();
            }

            var (fingerprint, receivedAt, reply) = Recorded[name];
            if (query.Fingerprint != fingerprint) return new JobRequestReply.KeyReused(true);
            var isReplay = query.ReceivedAt != receivedAt;
            return reply is JobRequestReply.Succeeded success
                ? success with { Replayed = isReplay }
                : ((JobRequestReply.Rejected)reply) with { Replayed = isReplay };
        }

        public Task<JobRequestReply> PreviewAsync(CommandEnvelope command) => throw new NotSupportedException();

        public Task<JobSnapshot?> ReadAsync(string jobRequestId, Caller caller) => throw new NotSupportedException();

        public Task<JobSnapshot?> ReadViewAsync(string jobRequestId, Caller caller, int minVersion, TimeSpan wait) => throw new NotSupportedException();

        public Task<JobHistory?> ReadHistoryAsync(string jobRequestId, Caller caller) => throw new NotSupportedException();

        public Task<DateTimeOffset?> ReadViewTimeAsync(string jobRequestId, int version) => throw new NotSupportedException();

        public Task<RequestExplanation?> ExplainAsync(string jobRequestId, Caller caller, string operation, string key) => throw new NotSupportedException();

        public Task<JobTimeline?> ReadTimelineAsync(string jobRequestId, Caller caller) => throw new NotSupportedException();

        public Task<JobPage> ListAsync(JobQuery query, Caller caller, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<JobCounts> CountAsync(JobQuery query, Caller caller, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<JobStatistics> ReadStatisticsAsync(StatisticsQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<TimeSpan> ReadViewLagAsync() => throw new NotSupportedException();

        public Task<ViewRebuildStatus> StartViewRebuildAsync() => throw new NotSupportedException();

        public Task<ViewRebuildStatus> ReadViewRebuildAsync() => throw new NotSupportedException();

        public Task PingAsync() => throw new NotSupportedException();

        private TaskCompletionSource Decision(RequestName name) =>
            _decided.GetOrAdd(name, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

        private JobRequestReply Next()
        {
            var version = Interlocked.Increment(ref _decisions);
            return (version % 4) switch
            {
                0 => new JobRequestReply.Rejected("ALREADY_ACCEPTED", version, false, null),
                1 => new JobRequestReply.Rejected("JOB_CLOSED", version, false, null),
                _ => new JobRequestReply.Succeeded(version, null, false),
            };
        }
    }

    private sealed class Target(RedisServer server)
    {
        public RedisServer Server => server;

        public async Task Invoke(Func<IServer, Task> command)
        {
            await using var redis = await ConnectionMultiplexer.ConnectAsync(server.Address + ",allowAdmin=true");
            await command(redis.GetServers()[0]);
        }
    }
}
