using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace JobRequests.Persistence.Sqlite.Tests;

public sealed class SqliteMetricsTests
{
    [Fact]
    public async Task Operations_groups_commits_and_conflicts_are_measured()
    {
        var seen = new ConcurrentDictionary<string, double>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == SqliteMetrics.MeterName)
                listener.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Add(instrument, value));
        listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => Add(instrument, value));
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => Add(instrument, value));
        listener.Start();
        using var folder = new TemporaryFolder();
        var storage = await StorageFixture.OpenAsync(new SqliteDatabaseOptions { DataFolder = folder.Path });
        await using var database = storage.Database;
        var grain = GrainId.Create("grain", "1");
        var state = new GrainState<string>("text");

        await storage.WriteStateAsync("state", grain, state);
        await storage.ReadStateAsync("state", grain, state);
        await Assert.ThrowsAsync<Orleans.Storage.InconsistentStateException>(() => storage.WriteStateAsync("state", grain, new GrainState<string>("late")));

        // Other tests of this process add to the same instruments.
        foreach (var instrument in new[]
            { "sqlite.write.operations", "sqlite.commit.group_size", "sqlite.commit.duration", "sqlite.read.operations", "sqlite.storage.conflicts" })
            Assert.True(seen.GetValueOrDefault(instrument) > 0, $"{instrument} was not measured.");

        void Add(Instrument instrument, double value) => seen.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value);
    }
}
