using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using JobRequests.Persistence.MongoDB.Tests.Wire;
using Orleans.Storage;

namespace JobRequests.Persistence.MongoDB.Tests;

public sealed class TelemetryTests
{
    [Fact]
    public async Task Durations_batches_conflicts_repeats_and_unknown_outcomes_are_measured()
    {
        var seen = new ConcurrentDictionary<string, double>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == MongoTelemetry.Name)
                listener.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Add(instrument, value));
        listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => Add(instrument, value));
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => Add(instrument, value));
        listener.Start();
        await using var test = new StubbedStorage();
        test.Stub.Database.Put(StubbedStorage.Foreign(test.Grain, "etag"));

        await Assert.ThrowsAsync<InconsistentStateException>(() => test.WriteAsync(StubbedStorage.State("late")));
        test.Stub.FailNext("update", 10, WireFault.Error(189));
        await Assert.ThrowsAsync<CommitUnknownException>(() => test.WriteAsync(StubbedStorage.State("unknown", "etag")));

        // Other tests of this process add to the same instruments.
        foreach (var instrument in new[]
            { "db.client.operation.duration", "mongodb.storage.batch.size", "mongodb.storage.conflicts", "mongodb.storage.repeats",
                "mongodb.storage.unknown_outcomes" })
            Assert.True(seen.GetValueOrDefault(instrument) > 0, $"{instrument} was not measured.");

        void Add(Instrument instrument, double value) => seen.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value);
    }

    [Fact]
    public async Task A_write_has_a_span_with_its_error()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var source = new ActivitySource("test");
        using var listener = new ActivityListener
        {
            ShouldListenTo = listened => listened == source || listened.Name == MongoTelemetry.Name,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var test = new StubbedStorage();
        test.Stub.FailNext("insert", 1, WireFault.Error(14031, "OutOfDiskSpace"));
        using var caller = source.StartActivity("caller");

        await Assert.ThrowsAnyAsync<Exception>(() => test.WriteAsync(StubbedStorage.State("one")));
        await test.WriteAsync(StubbedStorage.State("one"));

        var mine = spans.Where(span => span.TraceId == caller!.TraceId).ToList();
        Assert.Equal(["insert grainState", "insert grainState"], mine.Select(static span => span.DisplayName));
        Assert.Equal(["14031", null], mine.Select(static span => (string?)span.GetTagItem("error.type")));
        Assert.All(mine, span => Assert.Equal(caller!.SpanId, span.ParentSpanId));
        Assert.Equal("mongodb", mine[0].GetTagItem("db.system.name"));
        Assert.Equal("insert", mine[0].GetTagItem("db.operation.name"));
    }

    [Fact]
    public async Task Health_is_told_without_an_exception()
    {
        await using var test = new StubbedStorage();
        Assert.True((await test.Storage.CheckHealthAsync()).IsHealthy);
        test.Stub.OnCommand = static _ => WireFault.Error(13, "Unauthorized");

        var health = await test.Storage.CheckHealthAsync();

        Assert.False(health.IsHealthy);
        Assert.Contains($"127.0.0.1:{test.Stub.Port} does not answer (MongoCommandException)", health.Description);
    }
}
