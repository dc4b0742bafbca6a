using Orleans.Storage;

namespace JobRequests.Testing;

/// <summary>
/// The contract of a grain storage provider, run against each provider. Where a provider is known to break it, override that one test and
/// skip it with the reason; never weaken the suite.
/// </summary>
public abstract class GrainStorageConformance
{
    private const string Name = "conformance";

    /// <summary>The storage under test, ready for use.</summary>
    protected abstract IGrainStorage Storage { get; }

    [Fact]
    public virtual async Task Reading_nothing_resets_a_state_that_held_stale_values()
    {
        var state = State("stale", etag: "0123456789abcdef0123456789abcdef", exists: true);

        await Storage.ReadStateAsync(Name, NewGrain(), state);

        AssertEmpty(state);
    }

    [Fact]
    public virtual async Task What_was_written_is_read_back()
    {
        var grain = NewGrain();
        var written = State("Привет, мир \U0001F9F9 \"quoted\" \\ \n line", 42);
        written.State!.Items.AddRange(["a", "", "б"]);

        await Storage.WriteStateAsync(Name, grain, written);

        Assert.True(written.RecordExists);
        Assert.False(string.IsNullOrEmpty(written.ETag));
        var read = await ReadAsync(grain);
        Assert.True(read.RecordExists);
        Assert.Equal(written.ETag, read.ETag);
        Assert.Equal(written.State.Text, read.State!.Text);
        Assert.Equal(written.State.Number, read.State.Number);
        Assert.Equal(written.State.Items, read.State.Items);
    }

    [Fact]
    public virtual async Task A_large_state_is_read_back()
    {
        var grain = NewGrain();
        var text = string.Concat(Enumerable.Range(0, 150_000).Select(i => $"{i:x7}"));

        await Storage.WriteStateAsync(Name, grain, State(text));

        Assert.Equal(text, (await ReadAsync(grain)).State!.Text);
    }

    [Theory]
    [InlineData("Работа-7/кандидат №1")]
    [InlineData("a.b$c")]
    [InlineData("with 'quotes' and \"more\"")]
    [InlineData("仕事 🧹")]
    [InlineData("%5f_\\")]
    public virtual async Task Keys_of_any_script_name_different_records(string key)
    {
        var unique = Guid.NewGuid().ToString("N");
        GrainId grain = NewGrain($"{key}|{unique}"), neighbour = NewGrain($"{key}||{unique}");

        await Storage.WriteStateAsync(Name, grain, State("mine"));
        await Storage.WriteStateAsync(Name, neighbour, State("neighbour's"));

        Assert.Equal("mine", (await ReadAsync(grain)).State!.Text);
        Assert.Equal("neighbour's", (await ReadAsync(neighbour)).State!.Text);
    }

    [Fact]
    public virtual async Task Keys_that_differ_in_case_name_different_records()
    {
        var unique = Guid.NewGuid().ToString("N");

        await Storage.WriteStateAsync(Name, NewGrain("job" + unique), State("small"));
        await Storage.WriteStateAsync(Name, NewGrain("Job" + unique), State("large"));

        Assert.Equal("small", (await ReadAsync(NewGrain("job" + unique))).State!.Text);
    }

    [Fact]
    public virtual async Task State_names_are_independent_records()
    {
        var grain = NewGrain();
        var first = State("first");
        await Storage.WriteStateAsync("name-one", grain, first);
        await Storage.WriteStateAsync("name-two", grain, State("second"));

        await Storage.ClearStateAsync("name-one", grain, first);

        AssertEmpty(await ReadAsync(grain, "name-one"));
        Assert.Equal("second", (await ReadAsync(grain, "name-two")).State!.Text);
    }

    [Fact]
    public virtual async Task A_write_with_the_current_ETag_replaces_the_record()
    {
        var grain = NewGrain();
        var state = State("one");
        await Storage.WriteStateAsync(Name, grain, state);

        state.State!.Text = "two";
        await Storage.WriteStateAsync(Name, grain, state);

        var read = await ReadAsync(grain);
        Assert.Equal("two", read.State!.Text);
        Assert.Equal(state.ETag, read.ETag);
    }

    [Fact]
    public virtual async Task A_write_without_ETag_never_replaces_a_record()
    {
        var grain = NewGrain();
        await Storage.WriteStateAsync(Name, grain, State("first"));

        await AssertRefusedAsync(Storage.WriteStateAsync, grain, State("second"));

        Assert.Equal("first", (await ReadAsync(grain)).State!.Text);
    }

    [Fact]
    public virtual async Task A_write_with_a_stale_ETag_is_refused()
    {
        var grain = NewGrain();
        var state = State("one");
        await Storage.WriteStateAsync(Name, grain, state);
        var stale = state.ETag;
        state.State!.Text = "two";
        await Storage.WriteStateAsync(Name, grain, state);

        await AssertRefusedAsync(Storage.WriteStateAsync, grain, State("late", etag: stale, exists: true));

        Assert.Equal("two", (await ReadAsync(grain)).State!.Text);
    }

    [Theory]
    [InlineData("0123456789abcdef0123456789abcdef")]
    [InlineData("' OR 1=1 --")]
    public virtual async Task A_write_with_an_invented_ETag_is_refused(string etag)
    {
        var grain = NewGrain();
        await Storage.WriteStateAsync(Name, grain, State("kept"));

        await AssertRefusedAsync(Storage.WriteStateAsync, grain, State("forged", etag: etag, exists: true));

        Assert.Equal("kept", (await ReadAsync(grain)).State!.Text);
    }

    [Fact]
    public virtual async Task A_refusal_names_the_record_and_the_ETag()
    {
        var grain = NewGrain();
        await Storage.WriteStateAsync(Name, grain, State("first"));
        var stale = State("stale", etag: "old", exists: true);

        foreach (var operation in new Func<string, GrainId, IGrainState<ConformanceState>, Task>[] { Storage.WriteStateAsync, Storage.ClearStateAsync })
        {
            var refused = await Assert.ThrowsAsync<InconsistentStateException>(() => operation(Name, grain, stale));
            Assert.All(["ServiceId=", "ProviderName=", $"GrainType={Name} ", $"GrainId={grain} ", "ETag=old"], part => Assert.Contains(part, refused.Message));
        }
    }

    [Fact]
    public virtual async Task An_asterisk_is_no_wildcard_ETag()
    {
        var grain = NewGrain();
        await Storage.WriteStateAsync(Name, grain, State("kept"));

        await AssertRefusedAsync(Storage.WriteStateAsync, grain, State("forced", etag: "*", exists: true));
        await AssertRefusedAsync(Storage.ClearStateAsync, grain, State("forced", etag: "*", exists: true));

        Assert.Equal("kept", (await ReadAsync(grain)).State!.Text);
    }

    [Fact]
    public virtual async Task A_write_with_ETag_over_no_record_is_refused()
    {
        var grain = NewGrain();

        await AssertRefusedAsync(Storage.WriteStateAsync, grain, State("ghost", etag: "0123456789abcdef0123456789abcdef", exists: true));

        AssertEmpty(await ReadAsync(grain));
    }

    [Fact]
    public virtual async Task Equal_values_change_the_ETag()
    {
        var grain = NewGrain();
        var state = State("same", 1);
        var seen = new HashSet<string>();
        for (var i = 0; i < 5; i++)
        {
            await Storage.WriteStateAsync(Name, grain, state);
            Assert.True(seen.Add(state.ETag!), $"ETag {state.ETag} was given out twice.");
        }
    }

    [Fact]
    public virtual async Task A_cleared_record_reads_as_nothing()
    {
        var grain = NewGrain();
        var state = State("gone");
        await Storage.WriteStateAsync(Name, grain, state);

        await Storage.ClearStateAsync(Name, grain, state);

        AssertEmpty(state);
        AssertEmpty(await ReadAsync(grain));
    }

    [Fact]
    public virtual async Task A_clear_with_a_stale_ETag_is_refused()
    {
        var grain = NewGrain();
        var state = State("one");
        await Storage.WriteStateAsync(Name, grain, state);
        var stale = state.ETag;
        await Storage.WriteStateAsync(Name, grain, state);

        await AssertRefusedAsync(Storage.ClearStateAsync, grain, State("late", etag: stale, exists: true));

        Assert.Equal(state.ETag, (await ReadAsync(grain)).ETag);
    }

    [Fact]
    public virtual async Task A_clear_without_ETag_never_removes_a_record()
    {
        var grain = NewGrain();
        await Storage.WriteStateAsync(Name, grain, State("kept"));

        await AssertRefusedAsync(Storage.ClearStateAsync, grain, State("unread"));

        Assert.Equal("kept", (await ReadAsync(grain)).State!.Text);
    }

    [Fact]
    public virtual async Task Clearing_nothing_does_nothing_however_often()
    {
        var grain = NewGrain();
        var state = State("never written");
        for (var i = 0; i < 2; i++)
        {
            await Storage.ClearStateAsync(Name, grain, state);
            AssertEmpty(state);
        }
        AssertEmpty(await ReadAsync(grain));
    }

    [Fact]
    public virtual async Task Clearing_twice_is_the_same_as_once()
    {
        var grain = NewGrain();
        var state = State("gone");
        await Storage.WriteStateAsync(Name, grain, state);
        for (var i = 0; i < 2; i++)
        {
            await Storage.ClearStateAsync(Name, grain, state);
            AssertEmpty(state);
        }
    }

    [Fact]
    public virtual async Task A_clear_with_ETag_of_a_missing_record_is_refused()
    {
        var grain = NewGrain();
        var state = State("gone");
        await Storage.WriteStateAsync(Name, grain, state);
        var etag = state.ETag;
        await Storage.ClearStateAsync(Name, grain, state);

        await AssertRefusedAsync(Storage.ClearStateAsync, grain, State("late", etag: etag, exists: true));
    }

    [Fact]
    public virtual async Task A_stale_writer_cannot_bring_a_cleared_record_back()
    {
        var grain = NewGrain();
        var state = State("gone");
        await Storage.WriteStateAsync(Name, grain, state);
        var etag = state.ETag;
        await Storage.ClearStateAsync(Name, grain, state);

        await AssertRefusedAsync(Storage.WriteStateAsync, grain, State("back from the dead", etag: etag, exists: true));

        AssertEmpty(await ReadAsync(grain));
    }

    [Fact]
    public virtual async Task A_record_can_be_written_again_after_a_clear()
    {
        var grain = NewGrain();
        var state = State("first life");
        await Storage.WriteStateAsync(Name, grain, state);
        var firstETag = state.ETag;
        await Storage.ClearStateAsync(Name, grain, state);

        state.State!.Text = "second life";
        await Storage.WriteStateAsync(Name, grain, state);

        Assert.NotEqual(firstETag, state.ETag);
        Assert.Equal("second life", (await ReadAsync(grain)).State!.Text);
        await AssertRefusedAsync(Storage.WriteStateAsync, grain, State("late", etag: firstETag, exists: true));
    }

    [Fact]
    public virtual async Task Of_64_concurrent_inserts_exactly_one_wins()
    {
        var grain = NewGrain();

        var winners = await RaceAsync(Enumerable.Range(0, 64).Select(i => State($"racer {i}", i)), state => Storage.WriteStateAsync(Name, grain, state));

        var winner = Assert.Single(winners);
        var read = await ReadAsync(grain);
        Assert.Equal(winner.ETag, read.ETag);
        Assert.Equal(winner.State!.Text, read.State!.Text);
    }

    [Fact]
    public virtual async Task Of_64_concurrent_updates_from_one_ETag_exactly_one_wins()
    {
        var grain = NewGrain();
        var start = State("start");
        await Storage.WriteStateAsync(Name, grain, start);

        var winners = await RaceAsync(Enumerable.Range(0, 64).Select(i => State($"racer {i}", i, start.ETag, exists: true)),
            state => Storage.WriteStateAsync(Name, grain, state));

        var winner = Assert.Single(winners);
        var read = await ReadAsync(grain);
        Assert.Equal(winner.ETag, read.ETag);
        Assert.Equal(winner.State!.Text, read.State!.Text);
    }

    [Fact]
    public virtual async Task A_clear_or_an_update_from_one_ETag_wins()
    {
        for (var round = 0; round < 20; round++)
        {
            var grain = NewGrain();
            var start = State("start");
            await Storage.WriteStateAsync(Name, grain, start);

            var winners = await RaceAsync([State("clear", 0, start.ETag, exists: true), State("update", 1, start.ETag, exists: true)],
                state => state.State!.Number == 0 ? Storage.ClearStateAsync(Name, grain, state) : Storage.WriteStateAsync(Name, grain, state));

            Assert.Equal(Assert.Single(winners).RecordExists, (await ReadAsync(grain)).RecordExists);
        }
    }

    [Fact]
    public virtual async Task A_hundred_grains_write_ten_times_in_parallel()
    {
        var grains = Enumerable.Range(0, 100).Select(_ => NewGrain()).ToList();

        await Task.WhenAll(grains.Select(async (grain, i) =>
        {
            var state = State($"grain {i}");
            for (var n = 1; n <= 10; n++)
            {
                state.State!.Number = n;
                await Storage.WriteStateAsync(Name, grain, state);
                var read = await ReadAsync(grain);
                Assert.Equal((n, state.ETag, $"grain {i}"), (read.State!.Number, read.ETag, read.State.Text));
            }
        }));
    }

    [Fact]
    public virtual async Task A_cancelled_write_leaves_state_and_record_untouched()
    {
        var grain = NewGrain();
        var state = State("never");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Storage.WriteStateAsync(Name, grain, state, new CancellationToken(canceled: true)));

        Assert.Null(state.ETag);
        Assert.False(state.RecordExists);
        AssertEmpty(await ReadAsync(grain));
    }

    /// <summary>A walk over every operation on two keys, each result compared with a model. <c>CONFORMANCE_SEED</c> repeats one.</summary>
    [Fact]
    public virtual async Task A_random_walk_agrees_with_the_model()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("CONFORMANCE_SEED"), out var given) ? given : Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"CONFORMANCE_SEED={seed}");
        await new GrainStorageWalk(Storage, Name, seed).RunAsync(steps: 600);
    }

    protected static GrainId NewGrain(string? key = null) => GrainId.Create("conformance-grain", key ?? Guid.NewGuid().ToString("N"));

    private static GrainState<ConformanceState> State(string text, long number = 0, string? etag = null, bool exists = false) =>
        new(new ConformanceState { Text = text, Number = number }, etag) { RecordExists = exists };

    private async Task<GrainState<ConformanceState>> ReadAsync(GrainId grain, string name = Name)
    {
        var state = State("left over from before", -1, "left over", exists: true);
        await Storage.ReadStateAsync(name, grain, state);
        return state;
    }

    private static async Task AssertRefusedAsync(
        Func<string, GrainId, IGrainState<ConformanceState>, Task> operation, GrainId grain, GrainState<ConformanceState> state)
    {
        var (passed, text, etag, exists) = (state.State, state.State!.Text, state.ETag, state.RecordExists);

        await Assert.ThrowsAsync<InconsistentStateException>(() => operation(Name, grain, state));

        Assert.Same(passed, state.State);
        Assert.Equal((text, etag, exists), (state.State!.Text, state.ETag, state.RecordExists));
    }

    private static void AssertEmpty(GrainState<ConformanceState> state)
    {
        Assert.False(state.RecordExists);
        Assert.Null(state.ETag);
        Assert.NotNull(state.State);
        Assert.Null(state.State.Text);
        Assert.Empty(state.State.Items);
    }

    private static async Task<List<GrainState<ConformanceState>>> RaceAsync(
        IEnumerable<GrainState<ConformanceState>> racers, Func<GrainState<ConformanceState>, Task> operation)
    {
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var races = racers.Select(async state =>
        {
            await start.Task;
            try
            {
                await operation(state);
                return state;
            }
            catch (InconsistentStateException)
            {
                return null;
            }
        }).ToList();
        start.SetResult();
        return [.. (await Task.WhenAll(races)).OfType<GrainState<ConformanceState>>()];
    }
}
