using JobRequests.Domain;
using JobRequests.Grains.Abstractions;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace JobRequests.Grains.Tests;

/// <summary>One job, created by rita for ann, bob and cid, on a bench: its document, its clock, its publisher and an executor.</summary>
internal sealed class Workbench
{
    public const string Requester = "rita";
    public const string CreateKey = "create-1";

    public static readonly string JobId = JobRequestId.Derive(Requester, CreateKey);
    public static readonly TimeSpan Wait = TimeSpan.FromSeconds(5);

    private int _attempts;

    public Workbench(JobRequestOptions? options = null)
    {
        Options = options ?? new JobRequestOptions();
        Store = new ScriptedStore(Stored);
        Executor = NewExecutor();
    }

    public SingleThread Thread { get; } = new();

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public StoredDocument Stored { get; } = new();

    public ScriptedStore Store { get; private set; }

    public ScriptedPublisher Publisher { get; private set; } = new();

    public JobRequestOptions Options { get; }

    /// <summary>The silo begins to stop.</summary>
    public CancellationTokenSource Stopping { get; } = new();

    public JobRequestExecutor Executor { get; private set; }

    public DateTimeOffset Now => Clock.GetUtcNow();

    /// <summary>What another process would read.</summary>
    public JobDocument Document => Stored.Document;

    public static Caller Person(string id) => new(id, IsAdmin: false);

    /// <summary>A further activation of the job: its own memory and connection, the same document.</summary>
    public JobRequestExecutor NewExecutor(ScriptedStore? store = null, ScriptedPublisher? publisher = null) =>
        new(JobId, store ?? Store, publisher ?? Publisher, Options, Clock, NullLogger.Instance, closing: Stopping.Token);

    /// <summary>A further activation in a process whose clock is behind.</summary>
    public JobRequestReply ExecuteBehind(TimeSpan behind, CommandEnvelope command) => Execute(
        new JobRequestExecutor(JobId, Store, Publisher, Options, new FakeTimeProvider(Now - behind), NullLogger.Instance), command);

    /// <summary>The process died: memory, connection and publisher are new, the document is what was written.</summary>
    public void Crash()
    {
        Store = new ScriptedStore(Stored);
        Publisher = new ScriptedPublisher();
        Executor = NewExecutor();
    }

    public CommandEnvelope Command(
        string person,
        JobRequestCommand command,
        string key,
        string fingerprint = "f",
        TimeSpan? notAfter = null,
        int? ifMatch = null,
        bool isAdmin = false) => new(
            JobId, new Caller(person, isAdmin), key, fingerprint, Now.AddTicks(++_attempts), Now
                + (notAfter ?? TimeSpan.FromSeconds(30)), ifMatch, command, null);

    public CommandEnvelope Creation(DateTimeOffset? expiresAt = null, string key = CreateKey, string by = Requester) =>
        Command(by, new JobRequestCommand.Create(["ann", "bob", "cid"], [new JobTask("t1", "windows")], "flat 7", expiresAt), key);

    public CommandEnvelope Accept(string person, string key = "a") => Command(person, new JobRequestCommand.Accept(), key);

    public CommandEnvelope Decline(string person, string key = "d") => Command(person, new JobRequestCommand.Decline(null), key);

    public CommandEnvelope Withdraw(string person, string key = "w") => Command(person, new JobRequestCommand.Withdraw(), key);

    public CommandEnvelope Cancel(string person = Requester, string key = "x") => Command(person, new JobRequestCommand.Cancel(), key);

    /// <summary>The sweeper has found the job.</summary>
    public void Wake() => Thread.Finish(Thread.Start(Executor.AdvanceAsync));

    /// <summary>The same request, sent once more.</summary>
    public CommandEnvelope Again(CommandEnvelope envelope) => envelope with { ReceivedAt = Now.AddTicks(++_attempts), NotAfter = Now.AddSeconds(30) };

    public static OutcomeQuery Query(CommandEnvelope envelope) =>
        new(envelope.Caller, envelope.Command.Operation, envelope.Key, envelope.Fingerprint, envelope.ReceivedAt, null);

    /// <summary>The status route's question, asked after the command's deadline has passed for everybody.</summary>
    public static OutcomeQuery Closing(CommandEnvelope envelope) =>
        new(envelope.Caller, envelope.Command.Operation, envelope.Key, null, null, envelope.NotAfter);

    public void Create(DateTimeOffset? expiresAt = null) => Success(Execute(Creation(expiresAt)));

    /// <summary>Delivers one command and asks for its outcome.</summary>
    public JobRequestReply Execute(CommandEnvelope command) => Execute(Executor, command);

    public JobRequestReply Execute(JobRequestExecutor executor, CommandEnvelope command)
    {
        Thread.Finish(Thread.Start(() => executor.ExecuteAsync([command])));
        return Ask(executor, Query(command));
    }

    public JobRequestReply Ask(JobRequestExecutor executor, OutcomeQuery query) => Thread.Finish(Begin(executor, query, TimeSpan.Zero));

    public JobRequestReply Ask(OutcomeQuery query) => Ask(Executor, query);

    public Task<JobRequestReply> Begin(JobRequestExecutor executor, OutcomeQuery query, TimeSpan wait) =>
        Thread.Start(() => executor.GetOutcomeAsync(query, wait));

    public Task<JobRequestReply> Begin(OutcomeQuery query) => Begin(Executor, query, Wait);

    public Task<Abandoned?> Deliver(params CommandEnvelope[] commands) => Thread.Start(() => Executor.ExecuteAsync(commands));

    public void DeliverAll(params CommandEnvelope[] commands) => Thread.Finish(Deliver(commands));

    /// <summary>Lets time pass in steps, running what becomes due.</summary>
    public void Pass(TimeSpan time)
    {
        var step = TimeSpan.FromMilliseconds(100);
        for (var passed = TimeSpan.Zero; passed < time; passed += step) Thread.Start(() => Clock.Advance(step));
    }

    public static JobRequestReply.Succeeded Success(JobRequestReply reply) => Assert.IsType<JobRequestReply.Succeeded>(reply);

    public static JobRequestReply.Rejected Fail(JobRequestReply reply, Rejection rejection)
    {
        var rejected = Assert.IsType<JobRequestReply.Rejected>(reply);
        Assert.Equal(rejection.Code, rejected.Code);
        return rejected;
    }
}
