using Orleans.Storage;

namespace JobRequests.Testing;

/// <summary>Random operations on two keys of a storage, side by side with what the contract says they must do.</summary>
internal sealed class GrainStorageWalk(IGrainStorage storage, string stateName, int seed)
{
    private readonly Random _random = new(seed);
    private readonly Key[] _keys = [new(), new()];
    private string _doing = "";

    private enum Step
    {
        Read,
        WriteNull,
        WriteCurrent,
        WriteStale,
        ClearNull,
        ClearCurrent,
        ClearStale,
    }

    public async Task RunAsync(int steps)
    {
        for (var i = 0; i < steps; i++)
        {
            var key = _keys[_random.Next(_keys.Length)];
            var step = (Step)_random.Next(7);
            // A stale ETag is one that this key gave out before; there is none before the second write.
            if (step is Step.WriteStale or Step.ClearStale && key.Stale.Count == 0)
                step = Step.WriteCurrent;
            _doing = $"seed {seed}, step {i}: {step} on {key.Grain} (model: {key.ETag ?? "nothing"})";
            await DoAsync(step, key);
            await CheckAsync(key);
        }
    }

    private async Task DoAsync(Step step, Key key)
    {
        var etag = step switch
        {
            Step.WriteCurrent or Step.ClearCurrent => key.ETag,
            Step.WriteStale or Step.ClearStale => key.Stale[_random.Next(key.Stale.Count)],
            _ => null,
        };
        var value = _random.NextInt64(1, 4);
        var state = new GrainState<ConformanceState>(new ConformanceState { Text = "walk", Number = value }, etag) { RecordExists = etag is not null };
        switch (step)
        {
            case Step.WriteNull or Step.WriteCurrent or Step.WriteStale:
                if (await TryAsync(() => storage.WriteStateAsync(stateName, key.Grain, state), state, allowed: etag == key.ETag))
                {
                    Assert.True(state.RecordExists, _doing);
                    Assert.True(!string.IsNullOrEmpty(state.ETag)
                        && state.ETag != key.ETag
                        && !key.Stale.Contains(state.ETag), $"{_doing}: ETag {state.ETag} is not new.");
                    key.Set(state.ETag, value);
                }
                break;
            case Step.ClearNull or Step.ClearCurrent or Step.ClearStale:
                if (await TryAsync(() => storage.ClearStateAsync(stateName, key.Grain, state), state, allowed: etag == key.ETag))
                {
                    Assert.True(!state.RecordExists && state.ETag is null && state.State is { Text: null }, $"{_doing}: the state was not reset.");
                    key.Set(null, 0);
                }
                break;
            default:
                break;
        }
    }

    private async Task<bool> TryAsync(Func<Task> operation, GrainState<ConformanceState> state, bool allowed)
    {
        var (passed, etag, exists) = (state.State, state.ETag, state.RecordExists);
        try
        {
            await operation();
        }
        catch (InconsistentStateException)
        {
            Assert.False(allowed, $"{_doing}: was refused.");
            Assert.True(ReferenceEquals(passed, state.State) && state.ETag == etag && state.RecordExists == exists && passed!.Text == "walk",
                $"{_doing}: the refusal changed the passed state.");
            return false;
        }
        Assert.True(allowed, $"{_doing}: was allowed.");
        return true;
    }

    private async Task CheckAsync(Key key)
    {
        var read = new GrainState<ConformanceState>(new ConformanceState { Text = "left over", Number = -1 }, "left over") { RecordExists = true };
        await storage.ReadStateAsync(stateName, key.Grain, read);
        Assert.True(
            read.RecordExists == key.ETag is not null
                && read.ETag == key.ETag
                && read.State!.Number == key.Value
                && read.State.Text == (key.ETag is null ? null : "walk"),
            $"{_doing}: read back ({read.RecordExists}, {read.ETag}, {read.State?.Number}), expected ({key.ETag is not null}, {key.ETag}, {key.Value}).");
    }

    private sealed class Key
    {
        public GrainId Grain { get; } = GrainId.Create("walk", Guid.NewGuid().ToString("N"));

        public string? ETag { get; private set; }

        public long Value { get; private set; }

        public List<string> Stale { get; } = [];

        public void Set(string? etag, long value)
        {
            if (ETag is not null)
                Stale.Add(ETag);
            (ETag, Value) = (etag, value);
        }
    }
}
