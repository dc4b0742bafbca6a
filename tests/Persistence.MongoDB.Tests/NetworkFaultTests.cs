using System.Diagnostics;
using JobRequests.Testing;

namespace JobRequests.Persistence.MongoDB.Tests;

/// <summary>A real server behind a network that is slow, breaks and comes back.</summary>
public sealed class NetworkFaultTests : IAsyncLifetime
{
    private const string Name = "state";
    private Toxiproxy _network = null!;
    private TestStorage _test = null!;

    public async ValueTask InitializeAsync()
    {
        _network = await Toxiproxy.CreateAsync();
        _test = TestStorage.Create(_network.Address, static options =>
            (options.SocketTimeout, options.ServerSelectionTimeout) = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)));
        await _test.Storage.InitializeAsync();
    }

    [Fact]
    public async Task Many_writes_share_few_round_trips()
    {
        await _network.AddAsync("latency", new { latency = 100 });
        var started = Stopwatch.GetTimestamp();

        await Task.WhenAll(Enumerable.Range(0, 400).Select(i =>
            _test.Storage.WriteStateAsync(Name, GrainId.Create("grain", $"{i}"), new GrainState<ConformanceState>(new ConformanceState { Text = "text" }))));

        // One after the other they would take 40 s, in four lanes 10 s.
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(6), $"400 writes took {Stopwatch.GetElapsedTime(started)}.");
        Assert.Equal(400, await _test.Storage.CountAsync(Name));
    }

    [Theory]
    [InlineData("downstream")]
    [InlineData("upstream")]
    public async Task A_write_on_a_reset_connection_succeeds_on_another(string stream)
    {
        var state = new GrainState<ConformanceState>(new ConformanceState { Text = "one" });
        var grain = GrainId.Create("grain", "1");
        await _test.Storage.WriteStateAsync(Name, grain, state);
        await _network.AddAsync("reset_peer", new { timeout = 0 }, stream);
        state.State!.Text = "two";

        var write = _test.Storage.WriteStateAsync(Name, grain, state);
        await Task.WhenAny(write, Task.Delay(TimeSpan.FromMilliseconds(300)));
        await _network.RemoveAsync("reset_peer");
        await write;

        var read = new GrainState<ConformanceState>();
        await _test.Storage.ReadStateAsync(Name, grain, read);
        Assert.Equal((state.ETag, "two"), (read.ETag, read.State!.Text));
    }

    [Fact]
    public async Task Writers_on_an_unstable_network_lose_nothing()
    {
        using var running = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 24).Select(i => Task.Run(() => CountAsync(GrainId.Create("grain", $"counter {i}"), running.Token))).ToList();
        foreach (var (toxic, attributes, stream) in new (string, object, string)[]
        {
            ("reset_peer", new { timeout = 10 }, "downstream"), ("timeout", new { timeout = 0 }, "downstream"), ("reset_peer", new { timeout = 0 }, "upstream"),
            ("limit_data", new { bytes = 20_000 }, "downstream"), ("limit_data", new { bytes = 50_000 }, "upstream"),
        })
        {
            await Task.Delay(TimeSpan.FromMilliseconds(500));
            await _network.AddAsync(toxic, attributes, stream);
            await Task.Delay(TimeSpan.FromMilliseconds(700));
            await _network.RemoveAsync(toxic);
        }
        await _network.EnableAsync(false);
        await Task.Delay(TimeSpan.FromMilliseconds(500));
        await _network.EnableAsync(true);
        await Task.Delay(TimeSpan.FromSeconds(1));
        await running.CancelAsync();

        var counted = await Task.WhenAll(writers).WaitAsync(TimeSpan.FromSeconds(30));

        Assert.All(counted, static count => Assert.True(count.Confirmed > 0, "A writer never got through."));
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{counted.Sum(static count => count.Confirmed)} writes confirmed, {counted.Sum(static count => count.Unknown)} unknown");
    }

    public async ValueTask DisposeAsync()
    {
        if (_test is not null)
            await _test.DisposeAsync();
        if (_network is not null)
            await _network.DisposeAsync();
    }

    // The only writer of its record: a conflict would be a lie, and so would be a number other than the last one or the one in doubt.
    private async Task<(long Confirmed, int Unknown)> CountAsync(GrainId grain, CancellationToken running)
    {
        var (state, unknown) = (new GrainState<ConformanceState>(new ConformanceState()), 0);
        while (!running.IsCancellationRequested)
        {
            var confirmed = state.State!.Number;
            state.State.Number++;
            try
            {
                await _test.Storage.WriteStateAsync(Name, grain, state);
            }
            catch (CommitUnknownException)
            {
                unknown++;
                state = await ReadAsync(grain);
                Assert.InRange(state.State!.Number, confirmed, confirmed + 1);
            }
        }
        var read = await ReadAsync(grain);
        Assert.Equal((state.ETag, state.State!.Number), (read.ETag, read.State!.Number));
        return (read.State.Number, unknown);
    }

    private async Task<GrainState<ConformanceState>> ReadAsync(GrainId grain)
    {
        while (true)
        {
            try
            {
                var read = new GrainState<ConformanceState>();
                await _test.Storage.ReadStateAsync(Name, grain, read);
                return read;
            }
            catch (Exception exception) when (MongoFailure.IsUnknown(exception))
            {
                // The network is still away.
            }
        }
    }
}
