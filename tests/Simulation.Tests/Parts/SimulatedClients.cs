using JobRequests.Domain;
using JobRequests.Gateway.JobRequests;
using JobRequests.Grains.Abstractions;
using JobRequests.Verification;
using RequestName = JobRequests.Gateway.Requests.RequestName;

namespace JobRequests.Simulation.Tests;

/// <summary>
/// People at their phones: they create jobs, answer, repeat with the same key, use keys for something else, give up, ask what became of
/// it, and read. What each of them was told is the history.
/// </summary>
internal sealed class SimulatedClients
{
    private const string Admin = "root";

    private static readonly string[] Requesters = ["rita", "rolf"];
    private static readonly string[] Candidates = ["ann", "bob", "cid", "dan"];
    private static readonly string[] Everybody = [.. Requesters, .. Candidates, "eve", Admin];

    private readonly World _world;
    private readonly Random _random;
    private readonly Func<SimulatedGateway?> _anyGateway;
    private readonly Actor _actor;
    private readonly List<(string Id, string Requester)> _jobs = [];
    private readonly List<Request> _requests = [];
    private readonly List<RecordedCall> _calls = [];
    private readonly Dictionary<string, int> _known = new(StringComparer.Ordinal);
    private int _left;
    private int _busy;

    public SimulatedClients(World world, Func<SimulatedGateway?> anyGateway, int people, int operations)
    {
        _world = world;
        _anyGateway = anyGateway;
        _random = new Random(world.Random.Next());
        _left = operations;
        _actor = new SimulatedProcess(world, "clients", TimeSpan.Zero).NewActor();
        for (var i = 0; i < people; i++) _actor.Start(LiveAsync);
    }

    public IReadOnlyList<RecordedCall> Calls => _calls;

    public bool IsDone => _left <= 0 && _busy == 0;

    private long Time => _world.Now.Ticks * 100;

    private async Task LiveAsync()
    {
        _busy++;
        while (_left-- > 0)
        {
            await _actor.DelayAsync(_random.Next(4) == 0 ? _world.Between(0, 4_000) : _world.Between(0, 150));
            await ActAsync(_random.Next(100));
        }

        _busy--;
    }

    private Task ActAsync(int dice)
    {
        if (_jobs.Count == 0 || (dice < 8 && _jobs.Count < 12)) return SendAsync(NewJob());
        return dice switch
        {
            < 26 => SendAsync(Any(_requests)),
            < 31 => SendAsync(Misuse(Any(_requests))),
            < 37 => AskAsync(Any(_requests)),
            < 50 => ReadAsync(),
            < 53 => Task.WhenAll(SendAsync(_requests[^1]), SendAsync(_requests[^1])),
            _ => SendAsync(NewCommand()),
        };
    }

    private Request NewJob()
    {
        var requester = Any(Requesters);
        var key = $"c{_jobs.Count}";
        var expiresAt = _random.Next(4) == 0 ? World.Begin + _world.Now + TimeSpan.FromSeconds(_random.Next(1, 30)) : (DateTimeOffset?)null;
        var tasks = _random.Next(3);
        var command = new JobRequestCommand.Create(
            [.. Candidates.Take(_random.Next(1, Candidates.Length + 1))],
            [.. Enumerable.Range(1, tasks).Select(number => new JobTask($"t{number}", $"task {number}"))],
            "flat 7",
            expiresAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds()) : null,
            Waves: _random.Next(3) == 0 ? [new Wave(1, _random.Next(1, 6)), new Wave(1, _random.Next(1, 6))] : null,
            ConfirmSeconds: _random.Next(4) == 0 ? _random.Next(1, 6) : null);
        var job = Domain.JobRequestId.Derive(requester, key);
        _jobs.Add((job, requester));
        return Remember(new Request(job, new Caller(requester, false), key, command, null, null));
    }

    private Request NewCommand()
    {
        var (job, requester) = _jobs[Math.Max(0, _jobs.Count - 1 - _random.Next(_jobs.Count))];
        var dice = _random.Next(100);
        JobRequestCommand command = dice switch
        {
            < 38 => new JobRequestCommand.Accept(Standby: _random.Next(2) == 0),
            < 41 => new JobRequestCommand.Confirm(),
            < 50 => new JobRequestCommand.Decline(_random.Next(2) == 0 ? "no time" : null),
            < 62 => new JobRequestCommand.Withdraw(),
            < 73 => new JobRequestCommand.Start(),
            < 87 => new JobRequestCommand.FinishTask($"t{_random.Next(1, 3)}"),
            < 91 => new JobRequestCommand.Finish(),
            < 93 => new JobRequestCommand.Amend(_random.Next(2) == 0 ? "flat 8" : null, AddCandidates: _random.Next(2) == 0 ? [Any(Everybody)] : null),
            < 95 => new JobRequestCommand.Release(_random.Next(2) == 0 ? "ill" : null),
            < 97 => new JobRequestCommand.Assign(Any(Everybody)),
            _ => new JobRequestCommand.Cancel(_random.Next(2) == 0 ? "no need" : null),
        };
        var isDispatcher = command is JobRequestCommand.Cancel or JobRequestCommand.Amend or JobRequestCommand.Assign or JobRequestCommand.Release;
        var person = _random.Next(25) == 0 ? Any(Everybody) : !isDispatcher ? Any(Candidates) : _random.Next(5) == 0 ? Admin : requester;
        // Few keys: the same one is used by many people, and for several things.
        var key = _random.Next(3) == 0 ? $"k{_random.Next(3)}" : $"k{_requests.Count}";
        return Remember(new Request(
            job, new Caller(person, person == Admin), key, command, _random.Next(12) == 0
                ? _known.GetValueOrDefault(job)
                : null, _random.Next(10) == 0
                ? _world.Between(500, 10_000) : null));
    }

    // The same key for something else.
    private Request Misuse(Request request) => Remember(request.Command switch
    {
        JobRequestCommand.Decline => request with { Command = new JobRequestCommand.Decline("another reason") },
        JobRequestCommand.FinishTask finish => request with { Command = new JobRequestCommand.FinishTask(finish.Task == "t1" ? "t2" : "t1") },
        JobRequestCommand.Create create => request with { Command = create with { Title = "another flat" } },
        _ => request with { IfMatch = (request.IfMatch ?? 0) + 1 },
    });

    private Request Remember(Request request)
    {
        _requests.Add(request);
        return request;
    }

    private async Task SendAsync(Request request)
    {
        var wait = TimeSpan.FromSeconds(_random.Next(1, 4));
        var (person, isAdmin) = (request.Caller.Person, request.Caller.IsAdmin);
        var index = Begin(CommandCall.Of(request.Job, person, isAdmin, request.Key, request.Command, Time) with { Wait = wait.TotalSeconds });
        var sentAt = World.Begin + _world.Now;
        var result = await CallAsync<CommandResult>(
            async gateway => await gateway.ExecuteAsync(request.Caller, request.Key, request.Job, request.Command, request.IfMatch, wait, request.Deadline));
        request.Sent = sentAt + (request.Deadline ?? wait + TimeSpan.FromSeconds(30));
        if (result is null) return;
        End(index, result switch
        {
            CommandResult.Succeeded success => Told(_calls[index], success.Reply),
            CommandResult.Rejected failed => Told(_calls[index], failed.Reply),
            CommandResult.NotEnqueued refused =>
                _calls[index] with { Outcome = "REFUSED", Status = refused.Refusal.Type.Status, Code = refused.Refusal.Type.Code },
            CommandResult.Unrecorded { IsCertain: true } unrecorded =>
                _calls[index] with { Outcome = "REFUSED", Status = unrecorded.Type.Status, Code = unrecorded.Type.Code },
            _ => _calls[index],
        });
    }

    /// <summary>Asks what became of a request, now or when its deadline has passed.</summary>
    private async Task AskAsync(Request request)
    {
        if (request.Sent is not { } notAfter) return;
        var index = Begin(new RecordedCall
        {
            Job = request.Job,
            Op = request.Command.Operation,
            Caller = request.Caller.Person,
            Key = request.Key,
            Admin = request.Caller.IsAdmin ? true : null,
            Start = Time,
            Outcome = "TIMEOUT",
        });
        var name = new RequestName(request.Caller.Person, request.Command.Operation, request.Job, request.Key);
        if (await CallAsync(gateway => gateway.AskAsync(request.Caller, name, notAfter)) is { } reply) End(index, Told(_calls[index], reply));
    }

    private async Task ReadAsync()
    {
        var (job, _) = Any(_jobs);
        var person = Any(Everybody);
        var strong = _random.Next(2) == 0;
        var minVersion = strong ? 0 : _random.Next(2) == 0 ? _known.GetValueOrDefault(job) : 0;
        var index = Begin(new RecordedCall
        {
            Job = job,
            Op = "get",
            Caller = person,
            Start = Time,
            Outcome = "REFUSED",
            Strong = strong,
            MinVersion = strong
                ? null
                : minVersion,
            Admin = person == Admin ? true : null,
            // The read route's own limits: a look at the view, then at the job.
            Wait = 8,
        });
        if (await CallAsync(gateway => gateway.ReadAsync(new Caller(person, person == Admin), job, strong, minVersion)) is not { } snapshot) return;
        End(index, _calls[index] with
        {
            Outcome = "SUCCESS",
            Version = snapshot.Version,
            Winner = snapshot.AcceptedBy ?? "",
            AnswerJob = snapshot.JobRequestId,
            Seen = [.. snapshot.Candidates.Select(candidate => candidate.Id)],
        });
        _known[job] = Math.Max(_known.GetValueOrDefault(job), snapshot.Version);
    }

    /// <summary>Null when no answer came: nobody was there, it was killed, or the caller gave up.</summary>
    private async Task<T?> CallAsync<T>(Func<SimulatedGateway, Task<T?>> call)
        where T : class
    {
        if (_anyGateway() is not { } gateway) return null;
        var givesUp = _random.Next(40) == 0;
        var answer = new TaskCompletionSource<T?>();
        _world.Later(_world.Between(0.1, 3), gateway.Actor, Execute);
        var waitLimit = _world.Later(givesUp ? _world.Between(10, 2_000) : TimeSpan.FromSeconds(20), _actor, () => answer.TrySetResult(null));
        var result = await answer.Task;
        waitLimit.IsCancelled = true;
        return result;

        async void Execute()
        {
            T? result;
            try
            {
                result = await call(gateway);
            }
            catch (Exception exception) when (exception is IOException or TimeoutException)
            {
                // 503, or a broken connection.
                result = null;
            }
            catch (Exception exception)
            {
                _world.Fail(exception);
                return;
            }

            _world.Later(_world.Between(0.1, 3), _actor, () => answer.TrySetResult(result));
        }
    }

    private int Begin(RecordedCall call)
    {
        _calls.Add(call);
        return _calls.Count - 1;
    }

    private void End(int index, RecordedCall call)
    {
        _calls[index] = call with { End = Time };
        if (call.Version is { } version) _known[call.Job] = Math.Max(_known.GetValueOrDefault(call.Job), version);
        if (_world.IsTracing)
            _world.Trace($"{call.Caller} {call.Op} {call.Key} on {call.Job[..8]}: {call.Outcome} {call.Code} at version {call.Version}, asked at "
                + $"{call.Start / 1e9:0.0000}");
    }

    private static RecordedCall Told(RecordedCall call, JobRequestReply reply) => reply switch
    {
        JobRequestReply.Succeeded success => call with
        {
            Outcome = "SUCCESS",
            Version = success.Version,
            Rank = success.Rank,
            Replayed = success.Replayed,
            AnswerJob = success.Job?.JobRequestId,
            Seen = success.Job is { } job ? [.. job.Candidates.Select(candidate => candidate.Id)] : null,
        },
        JobRequestReply.Rejected rejected => call with { Outcome = "FAIL", Version = rejected.Version, Code = rejected.Code, Replayed = rejected.Replayed },
        _ => call,
    };

    private T Any<T>(IReadOnlyList<T> list) => list[_random.Next(list.Count)];

    private sealed record Request(string Job, Caller Caller, string Key, JobRequestCommand Command, int? IfMatch, TimeSpan? Deadline)
    {
        /// <summary>The deadline of the attempt that was sent last.</summary>
        public DateTimeOffset? Sent { get; set; }
    }
}
