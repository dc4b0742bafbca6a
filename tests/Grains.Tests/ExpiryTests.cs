using JobRequests.Domain;
using static JobRequests.Grains.Tests.Workbench;

namespace JobRequests.Grains.Tests;

public sealed class ExpiryTests
{
    private readonly Workbench _bench = new();

    [Fact]
    public void An_open_job_expires_on_time_with_one_event()
    {
        _bench.Create(expiresAt: _bench.Now.AddHours(1));
        Assert.Equal(_bench.Now.AddHours(1).ToUnixTimeMilliseconds(), _bench.Document.DueAt);
        _bench.Wake();
        Assert.Equal(1, _bench.Document.State.Version);

        _bench.Clock.Advance(TimeSpan.FromHours(1));
        _bench.Wake();
        _bench.Wake();

        Assert.Equal((2, nameof(JobStatus.Expired), null), (_bench.Document.State.Version, _bench.Document.State.Status, _bench.Document.DueAt));
        Assert.Equal([1, 2], _bench.Publisher.Versions);
    }

    [Fact]
    public void A_taken_job_does_not_expire()
    {
        _bench.Create(expiresAt: _bench.Now.AddHours(1));
        Success(_bench.Execute(_bench.Accept("ann")));
        Assert.Null(_bench.Document.DueAt);
        _bench.Clock.Advance(TimeSpan.FromHours(2));

        _bench.Wake();

        Assert.Equal(2, _bench.Document.State.Version);
    }

    [Fact]
    public void A_job_that_reopens_is_looked_for_again()
    {
        _bench.Create(expiresAt: _bench.Now.AddHours(1));
        Success(_bench.Execute(_bench.Accept("ann")));

        Success(_bench.Execute(_bench.Withdraw("ann")));

        Assert.NotNull(_bench.Document.DueAt);
    }

    [Fact]
    public void Two_activations_woken_at_once_record_one_expiry()
    {
        _bench.Create(expiresAt: _bench.Now.AddHours(1));
        var other = _bench.NewExecutor(new ScriptedStore(_bench.Stored));
        _bench.Clock.Advance(TimeSpan.FromHours(1));
        _bench.Store.WriteGate = new TaskCompletionSource();
        var slow = _bench.Thread.Start(_bench.Executor.AdvanceAsync);
        _bench.Thread.Finish(_bench.Thread.Start(other.AdvanceAsync));

        _bench.Thread.Start(_bench.Store.WriteGate.SetResult);
        _bench.Thread.Finish(slow);

        Assert.Equal(2, _bench.Document.State.Version);
    }
}
