using JobRequests.Domain;
using JobRequests.Grains.Abstractions;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace JobRequests.Grains.Tests.Model;

/// <summary>What one step of a run does.</summary>
internal readonly record struct Step(StepKind Kind, int Process, int Person, int Operation, int Key, int Fault);

internal enum StepKind
{
    Deliver,
    Retry,
    Close,
    Expire,
    Publish,
    Crash,
    Release,
    Pass,
}

/// <summary>
/// One job, two processes that both believe to be its only home, and whatever may go wrong between them and the document.
/// The run checks what was answered and published against the plainest idea of it: <see cref="Check"/>.
/// </summary>
internal sealed class ModelRun
{
    private static readonly string[] People = ["rita", "ann", "bob", "cid", "eve"];
    private static readonly string JobId = JobRequestId.Derive("rita", "k0");

    private readonly SingleThread _thread = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly JobRequestOptions _options = new() { MaxFailsPerCaller = 4, MaxEvents = 1000 };
    private readonly StoredDocument _stored = new();
    private readonly Process[] _processes;
    private readonly List<CommandEnvelope> _sent = [];
    private readonly Dictionary<LedgerKey, (string Fingerprint, JobRequestReply Reply)> _told = [];
    private readonly List<string> _history = [];
    private readonly Func<IJobDocumentStore, IJobDocumentStore> _wrap;

    public ModelRun(Func<IJobDocumentStore, IJobDocumentStore>? wrap = null)
    {
        _wrap = wrap ?? (static store => store);
        _processes = [new Process(this), new Process(this)];
    }

    public void Run(IEnumerable<Step> steps)
    {
        foreach (var step in steps) Do(step);
        foreach (var process in _processes) process.Heal();
        _thread.Settle();
        for (var i = 0; i < 200 && _processes.Any(process => process.IsBusy); i++) Pass();
        Assert.All(_processes, process => Assert.False(process.IsBusy));
        Publish(_processes[0]);
        Check();
    }

    private void Do(Step step)
    {
        var process = _processes[step.Process % 2];
        switch (step.Kind)
        {
            case StepKind.Deliver:
                Deliver(process, Command(step), step.Fault);
                break;
            case StepKind.Retry when _sent.Count > 0:
                var first = _sent[step.Key % _sent.Count];
                Deliver(process, first with { ReceivedAt = Tick(), NotAfter = _clock.GetUtcNow().AddSeconds(20) }, step.Fault);
                break;
            case StepKind.Close when _sent.Count > 0:
                var asked = _sent[step.Key % _sent.Count];
                process.Ask(new OutcomeQuery(asked.Caller, asked.Command.Operation, asked.Key, null, null, asked.NotAfter), asked);
                break;
            case StepKind.Expire:
                process.Begin(executor => executor.AdvanceAsync());
                break;
            case StepKind.Publish:
                process.Begin(executor => executor.PublishOutboxAsync());
                break;
            case StepKind.Crash:
                process.Crash();
                break;
            case StepKind.Release:
                process.Release();
                break;
            case StepKind.Pass:
                for (var i = 0; i <= step.Fault; i++) Pass();
                break;
        }
    }

    private void Deliver(Process process, CommandEnvelope command, int fault)
    {
        _sent.Add(command);
        process.Deliver(command, fault);
    }

    private CommandEnvelope Command(Step step)
    {
        var person = People[step.Person % People.Length];
        JobRequestCommand command = (step.Operation % 10) switch
        {
            0 => new JobRequestCommand.Create(["ann", "bob", "cid"], [new JobTask("t1", "windows")], null, _clock.GetUtcNow().AddSeconds(30)),
            1 or 2 or 3 => new JobRequestCommand.Accept(),
            4 => new JobRequestCommand.Decline(null),
            5 or 6 => new JobRequestCommand.Withdraw(),
            7 => new JobRequestCommand.Start(),
            8 => new JobRequestCommand.FinishTask("t1"),
            _ => step.Key % 3 == 0 ? new JobRequestCommand.Cancel() : new JobRequestCommand.Finish(),
        };
        var isCreate = command is JobRequestCommand.Create;
        var key = isCreate ? "k0" : $"k{step.Key % 6}";
        var fingerprint = step.Key % 11 == 0 ? "other" : "f";
        return new CommandEnvelope(
            JobId, new Caller(isCreate ? "rita" : person, false), key, fingerprint, Tick(), _clock.GetUtcNow().AddSeconds(20), null, command, null);
    }

    private DateTimeOffset Tick() => _clock.GetUtcNow().AddTicks(_sent.Count + 1);

    private void Pass() => _thread.Start(() => _clock.Advance(TimeSpan.FromMilliseconds(500)));

    private void Publish(Process process)
    {
        process.Begin(executor => executor.PublishOutboxAsync());
        for (var i = 0; i < 200 && _stored.Document.Published < _stored.Document.State.Version; i++) Pass();
    }

    private void Told(CommandEnvelope command, JobRequestReply reply)
    {
        if (reply is not (JobRequestReply.Succeeded or JobRequestReply.Rejected)) return;
        var name = new LedgerKey(command.Caller.Person, command.Command.Operation, command.Key);
        reply = reply is JobRequestReply.Succeeded success
            ? success with { Job = null, Replayed = false }
            : ((JobRequestReply.Rejected)reply) with { Replayed = false };
        if (_told.TryGetValue(name, out var before)) Assert.Equal(before.Reply, reply);
        else _told[name] = (command.Fingerprint, reply);
    }

    /// <summary>The guarantees, read off the document, the published events and every answer that was given.</summary>
    private void Check()
    {
        var document = _stored.Document;
        var events = document.Events;
        Assert.Equal(Enumerable.Range(1, document.State.Version), events.Select(stored => stored.N));

        var winners = events.Where(stored => stored.Type == "JobAccepted").GroupBy(stored => stored.Epoch);
        Assert.All(winners, epoch => Assert.Single(epoch));

        var fold = events.Aggregate(JobRequest.Initial, (job, stored) => JobRequest.Evolve(job, stored.ToDomain()));
        Assert.Equal((fold.Status, fold.Winner, fold.Version), (Enum.Parse<JobStatus>(document.State.Status), document.State.Winner, document.State.Version));

        var ledger = document.Requests.ToDictionary(entry => new LedgerKey(entry.Caller, entry.Operation, entry.Key));
        var causes = events.Where(stored => stored.By is not null && stored.Type != "CandidatesExhausted").ToList();
        Assert.Equal(causes.Count, ledger.Values.Count(entry => !entry.IsFail));
        Assert.DoesNotContain(ledger.Keys, name => name.Caller == "eve");
        Assert.All(causes, cause => Assert.Contains(ledger.Values, entry => !entry.IsFail && entry.Key == cause.Request && entry.Caller == cause.By));

        foreach (var (name, (_, reply)) in _told)
        {
            if (reply is JobRequestReply.Rejected { Code: "JOB_CLOSED" })
            {
                Assert.True(fold.IsTerminal && !ledger.ContainsKey(name));
                continue;
            }

            var entry = ledger[name];
            Assert.Equal(reply, entry.IsFail
                ? new JobRequestReply.Rejected(entry.Code!, entry.Version, false, entry.Expected)
                : new JobRequestReply.Succeeded(entry.Version, null, false));
        }

        // First occurrences in order, without a gap; a repeat is the same event.
        var next = 1;
        foreach (var published in _history)
        {
            var version = int.Parse(published.Split(':')[0]);
            Assert.True(version <= next, $"Event {version} was published before event {next}.");
            if (version == next) next++;
            Assert.Equal($"{version}:{events[version - 1].Type}:{events[version - 1].By}", published);
        }

        Assert.Equal(document.State.Version, next - 1);
        Assert.Equal((document.State.Version, null), (document.Published, document.OutboxSince));
        Assert.All(_processes, process => Assert.Equal(0, process.Waiting));
    }

    /// <summary>A process, its connection to the document, and the calls that are under way in it.</summary>
    private sealed class Process
    {
        private readonly ModelRun _run;
        private readonly List<Task> _calls = [];
        private JobRequestExecutor _executor;
        private Connection _connection;

        public Process(ModelRun run)
        {
            _run = run;
            (_connection, _executor) = Start();
        }

        public bool IsBusy => _calls.Exists(call => !call.IsCompleted);

        public int Waiting => _executor.Waiting;

        public void Deliver(CommandEnvelope command, int fault)
        {
            _connection.Plan(fault);
            Ask(new OutcomeQuery(command.Caller, command.Command.Operation, command.Key, command.Fingerprint, command.ReceivedAt, null), command,
                TimeSpan.FromSeconds(3));
            Begin(executor => executor.ExecuteAsync([command]));
        }

        public void Ask(OutcomeQuery query, CommandEnvelope command, TimeSpan wait = default) =>
            Begin(async executor => _run.Told(command, await executor.GetOutcomeAsync(query, wait)));

        public void Begin(Func<JobRequestExecutor, Task> call) => _calls.Add(_run._thread.Start(() => Tolerant(call(_executor))));

        // What was on its way to the document may still arrive; nobody is there for the reply.
        public void Crash()
        {
            var connection = _connection;
            _calls.Clear();
            (_connection, _executor) = Start();
            connection.Abandon();
        }

        public void Release() => _run._thread.Start(_connection.Release);

        public void Heal() => _connection.Heal();

        private (Connection, JobRequestExecutor) Start()
        {
            var connection = new Connection(_run._stored);
            return (connection,
                new JobRequestExecutor(JobId, _run._wrap(connection), new Publisher(_run, connection), _run._options, _run._clock, NullLogger.Instance));
        }

        private static async Task Tolerant(Task call)
        {
            try
            {
                await call;
            }
            catch (IOException)
            {
                // A storage fault may reach who asked.
            }
        }
    }

    private sealed class Publisher(ModelRun run, Connection connection) : IJobEventPublisher
    {
        public async Task PublishAsync(JobEvent jobEvent)
        {
            await Task.Yield();
            if (connection.IsDead) await new TaskCompletionSource().Task;
            run._history.Add($"{jobEvent.Version}:{jobEvent.Type}:{jobEvent.By}");
            if (connection.LosesAcknowledgement()) throw new IOException("The acknowledgement was lost.");
        }
    }
}
