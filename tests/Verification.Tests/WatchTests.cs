using System.Diagnostics.Metrics;
using JobRequests.Documents;

namespace JobRequests.Verification.Tests;

/// <summary>A watch sees what becomes wrong, says it once, exports it as long as it stands, and forgets it when it is right again.</summary>
public sealed class WatchTests
{
    [Fact]
    public async Task Changes_are_judged_again_and_the_rest_is_exported()
    {
        await using var folder = await DataFolder.CreateAsync();
        folder.Write(ManyJobs.Take(600).Select(job => (job.Job, (JobDocument?)job.Document, (StoredView?)job.View)));
        // Long ago: only what is written from now on has changed.
        folder.Run("UPDATE grain_state SET updated_at = 1");
        var (id, document, view) = ManyJobs.Make(3);
        await using var source = SqliteJobSource.Open(folder.Path);
        using var metrics = new VerificationMetrics();
        var verifier = new Verifier(new VerificationSources { Jobs = source }, new VerificationOptions { Settle = TimeSpan.FromMilliseconds(1) });
        await using var watch = verifier.WatchAsync(TimeSpan.FromMilliseconds(1)).GetAsyncEnumerator();

        var first = await NextAsync();
        Assert.Equal((600, 0), (first.Jobs, first.ViolationCount));
        Assert.Equal(0, Exported(Invariant.I1));

        folder.Write(id, document with { State = document.State with { Winner = "eve" } }, view);
        var broken = await NextAsync();
        Assert.Equal(1, broken.Jobs);
        Assert.Contains(broken.First, violation => violation is { Invariant: Invariant.I1 } && violation.Job == id);
        Assert.Equal(1, Exported(Invariant.I1));

        // Not written since, and yet it stands.
        folder.Run("UPDATE grain_state SET updated_at = 1");
        var standing = await NextAsync();
        Assert.Empty(standing.First);
        Assert.Equal((1, 1), (standing.Jobs, Exported(Invariant.I1)));

        folder.Write(id, document, view);
        folder.Run("UPDATE grain_state SET updated_at = 1");
        Assert.True((await NextAsync()).IsClean);
        Assert.Equal(0, Exported(Invariant.I1));

        async Task<VerificationReport> NextAsync()
        {
            Assert.True(await watch.MoveNextAsync());
            metrics.Record(watch.Current);
            return watch.Current;
        }
    }

    private static long Exported(Invariant invariant)
    {
        var exported = new Dictionary<string, long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Meter.Name == VerificationMetrics.MeterName && instrument.Name == "invariant_violations")
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => exported[(string)tags[0].Value!] = value);
        listener.Start();
        listener.RecordObservableInstruments();
        Assert.Equal(Invariants.All.Count, exported.Count);
        return exported[invariant.ToString()];
    }
}
