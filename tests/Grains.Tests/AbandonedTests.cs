using JobRequests.Domain;
using JobRequests.Grains.Abstractions;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace JobRequests.Grains.Tests;

/// <summary>A job that cannot be stored, and a storage that stores no job.</summary>
public sealed class AbandonedTests
{
    private readonly Workbench _bench = new();
    private readonly Storage _storage = new();
    private readonly JobRequestExecutor _executor;
    private readonly RefusingStore _store;

    public AbandonedTests()
    {
        _bench.Create();
        _store = new RefusingStore(_bench.Store);
        _executor = new JobRequestExecutor(
            Workbench.JobId, _store, _bench.Publisher, _bench.Options, _bench.Clock, NullLogger.Instance, storage: _storage, closing: _bench.Stopping.Token);
    }

    [Fact]
    public void An_unstorable_job_is_abandoned_without_an_answer()
    {
        _store.Refuses = static _ => true;
        var accept = _bench.Accept("ann");
        var delivery = _bench.Thread.Start(() => _executor.ExecuteAsync([accept]));
        var answer = _bench.Begin(_executor, Workbench.Query(accept), TimeSpan.FromSeconds(5));

        _bench.Pass(TimeSpan.FromSeconds(20));

        var abandoned = _bench.Thread.Finish(delivery)!;
        Assert.Equal(0, abandoned.From);
        Assert.InRange(abandoned.Attempts, 5, 200);
        Assert.IsType<NotSupportedException>(abandoned.Error);
        Assert.IsType<JobRequestReply.Pending>(_bench.Thread.Finish(answer));
        Assert.Equal(1, _bench.Document.State.Version);
    }

    [Fact]
    public void While_the_storage_is_down_nothing_is_abandoned()
    {
        _bench.Store.IsDown = true;
        _storage.GoDown();
        var accept = _bench.Command("ann", new JobRequestCommand.Accept(), "a", notAfter: TimeSpan.FromMinutes(10));
        var delivery = _bench.Thread.Start(() => _executor.ExecuteAsync([accept]));

        _bench.Pass(TimeSpan.FromMinutes(3));
        Assert.False(delivery.IsCompleted);
        _bench.Store.IsDown = false;
        _storage.ComeBack();
        _bench.Pass(TimeSpan.FromSeconds(3));

        Assert.Null(_bench.Thread.Finish(delivery));
        Assert.Equal(2, _bench.Document.State.Version);
    }

    [Fact]
    public void A_storage_that_just_recovered_is_tried_once_more()
    {
        _bench.Store.IsDown = true;
        // It is back when the executor asks, and it was down a moment ago.
        _storage.Asked = () => _bench.Store.IsDown = false;
        var delivery = _bench.Thread.Start(() => _executor.ExecuteAsync([_bench.Accept("ann")]));

        _bench.Pass(TimeSpan.FromSeconds(15));

        Assert.Null(_bench.Thread.Finish(delivery));
        Assert.Equal(2, _bench.Document.State.Version);
    }

    [Fact]
    public void Commands_before_the_failing_one_are_decided_none_after()
    {
        _store.Refuses = static document => document.Requests.Exists(static entry => entry.Caller == "bob");
        var (ann, bob, cid) = (_bench.Decline("ann"), _bench.Decline("bob"), _bench.Decline("cid"));
        var delivery = _bench.Thread.Start(() => _executor.ExecuteAsync([ann, bob, cid]));

        _bench.Pass(TimeSpan.FromSeconds(20));

        var abandoned = _bench.Thread.Finish(delivery)!;
        Assert.Equal((1, _store.Refusals), (abandoned.From, abandoned.Attempts));
        Assert.Equal(["rita", "ann"], _bench.Document.Requests.Select(static entry => entry.Caller));
        // What was abandoned is decided when it is replayed, in its order.
        _store.Refuses = static _ => false;
        Assert.Null(_bench.Thread.Finish(_bench.Thread.Start(() => _executor.ExecuteAsync([bob, cid]))));
        Assert.Equal(["rita", "ann", "bob", "cid"], _bench.Document.Requests.Select(static entry => entry.Caller));
    }

    [Fact]
    public void A_single_write_with_a_lost_reply_is_read_back()
    {
        // Only together they cannot be stored.
        _store.Refuses = static document => document.Requests.Count > 2;
        _bench.Store.FailNextWrites(WriteFault.LostReply);
        var ann = _bench.Decline("ann");
        var delivery = _bench.Thread.Start(() => _executor.ExecuteAsync([ann, _bench.Decline("bob")]));

        _bench.Pass(TimeSpan.FromSeconds(20));

        Assert.Equal(0, _bench.Thread.Finish(delivery)!.From);
        Workbench.Success(_bench.Ask(_executor, Workbench.Query(ann)));
    }

    [Fact]
    public void A_written_document_tells_that_the_storage_answers()
    {
        Workbench.Success(_bench.Execute(_executor, _bench.Accept("ann")));

        Assert.Equal(1, _storage.Answers);
    }

    [Fact]
    public void A_silo_that_stops_does_not_wait_for_the_storage()
    {
        _bench.Store.IsDown = true;
        _storage.GoDown();
        var delivery = _bench.Thread.Start(() => _executor.ExecuteAsync([_bench.Accept("ann")]));
        _bench.Pass(TimeSpan.FromSeconds(15));

        _bench.Thread.Start(_bench.Stopping.Cancel);

        Assert.IsType<TaskCanceledException>(_bench.Thread.Finish(delivery)!.Error);
    }

    [Fact]
    public async Task The_monitor_says_since_when_the_storage_takes_writes()
    {
        var (clock, probe) = (new FakeTimeProvider(), new Probe());
        using var monitor = new StorageMonitor(probe, clock, NullLogger<StorageMonitor>.Instance);
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.True(await monitor.IsAnsweringAsync());
        Assert.Equal(TimeSpan.FromSeconds(5), monitor.UpFor);

        probe.IsDown = true;
        Assert.False(await monitor.IsAnsweringAsync());
        Assert.Equal(TimeSpan.Zero, monitor.UpFor);
        var back = monitor.WaitUntilAnsweringAsync(CancellationToken.None);
        clock.Advance(TimeSpan.FromSeconds(60));
        Assert.False(back.IsCompleted);

        // A job's own write tells it too.
        monitor.HasAnswered();
        await back;
        Assert.Equal(TimeSpan.Zero, monitor.UpFor);
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(TimeSpan.FromSeconds(2), monitor.UpFor);
    }

    private sealed class RefusingStore(ScriptedStore store) : IJobDocumentStore
    {
        public Func<JobDocument, bool> Refuses { get; set; } = static _ => false;

        public int Refusals { get; private set; }

        public Task<StoredJob> ReadAsync() => store.ReadAsync();

        public Task<string> WriteAsync(JobDocument document, string? expectedETag)
        {
            if (!Refuses(document)) return store.WriteAsync(document, expectedETag);
            Refusals++;
            return Task.FromException<string>(new NotSupportedException("This document is refused."));
        }
    }

    private sealed class Storage : IStorageMonitor
    {
        private TaskCompletionSource? _down;

        public Action? Asked { get; set; }

        public int Answers { get; private set; }

        public void GoDown() => _down = new TaskCompletionSource();

        public void ComeBack()
        {
            var down = _down;
            _down = null;
            down?.SetResult();
        }

        public void HasAnswered() => Answers++;

        public Task<bool> IsAnsweringAsync()
        {
            Asked?.Invoke();
            return Task.FromResult(_down is null);
        }

        public Task WaitUntilAnsweringAsync(CancellationToken cancellationToken) => _down?.Task.WaitAsync(cancellationToken) ?? Task.CompletedTask;
    }

    private sealed class Probe : IStorageProbe
    {
        public bool IsDown { get; set; }

        public Task WriteAsync(CancellationToken cancellationToken) => IsDown ? Task.FromException(new IOException("It is down.")) : Task.CompletedTask;
    }
}
