using JobRequests.Testing;
using MongoDB.Bson;
using Orleans.Storage;

namespace JobRequests.Persistence.MongoDB.Tests.Wire;

/// <summary>A storage with one request at a time, the first of which is held back until others have gathered behind it.</summary>
internal sealed class GatheringWrites : IAsyncDisposable
{
    public static readonly TimeSpan WaitLimit = TimeSpan.FromSeconds(20);
    private static readonly GrainId First = GrainId.Create("grain", "first");

    public GatheringWrites(Action<MongoGrainStorageOptions>? configure = null) => Storage = new StubbedStorage(options =>
    {
        (options.MaxBatchesInFlight, options.SocketTimeout) = (1, WaitLimit);
        configure?.Invoke(options);
    });

    public StubbedStorage Storage { get; }

    public Func<BsonDocument, WireFault>? Refuse { get; set; }

    public static GrainId Grain(int i) => GrainId.Create("grain", $"{i:000}");

    public Task GatherAsync(int count, Func<int, Task> write) => GatherAsync(count, async i =>
    {
        await write(i);
        return true;
    });

    /// <summary>Starts all writes behind one that waits, then lets that one go; the faults hit the first shared request of each kind.</summary>
    public async Task<T[]> GatherAsync<T>(int count, Func<int, Task<T>> write, Dictionary<string, WireFault>? faults = null)
    {
        var held = new TaskCompletionSource();
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Storage.Stub.OnCommand = command =>
        {
            if (arrived.TrySetResult()) return WireFault.Hold(held.Task);
            if (faults?.Remove(command.GetElement(0).Name, out var fault) == true) return fault;
            return command.Contains("documents") ? Refuse?.Invoke(command) ?? WireFault.None : WireFault.None;
        };
        var first = Storage.WriteAsync(StubbedStorage.State("first"), First);
        await arrived.Task.WaitAsync(WaitLimit);
        var writes = Enumerable.Range(0, count).Select(write).ToList();
        held.SetResult();
        await first.WaitAsync(WaitLimit);
        return await Task.WhenAll(writes).WaitAsync(WaitLimit);
    }

    public async Task<GrainState<ConformanceState>> InsertAsync(int i, string? text = null)
    {
        var state = StubbedStorage.State(text ?? $"text {i}");
        await Storage.WriteAsync(state, Grain(i));
        return state;
    }

    public Task UpdateAsync(List<GrainState<ConformanceState>> known, int i)
    {
        known[i].State!.Text = $"new {i}";
        return Storage.WriteAsync(known[i], Grain(i));
    }

    /// <summary>Records that are there already.</summary>
    public async Task<List<GrainState<ConformanceState>>> KnownAsync(int count)
    {
        var states = new List<GrainState<ConformanceState>>();
        for (var i = 0; i < count; i++)
        {
            Storage.Stub.Database.Put(StubbedStorage.Foreign(Grain(i), $"known {i}"));
            var state = new GrainState<ConformanceState>();
            await Storage.Storage.ReadStateAsync(StubbedStorage.StateName, Grain(i), state);
            states.Add(state);
        }
        return states;
    }

    public async Task<bool> TryAsync(Func<Task> write)
    {
        try
        {
            await write();
            return true;
        }
        catch (InconsistentStateException)
        {
            return false;
        }
    }

    /// <summary>How many statements each request of that name had.</summary>
    public List<int> Sizes(string command) => [.. Storage.Stub.Writes.Where(write => write.GetElement(0).Name == command)
        .Select(write => write[command == "insert" ? "documents" : command + "s"].AsBsonArray.Count)];

    public ValueTask DisposeAsync() => Storage.DisposeAsync();
}
