namespace JobRequests.Client.Tests;

public sealed class FilePendingRequestStoreTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"pending-{Guid.NewGuid():N}");

    public void Dispose()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    private static PendingRequest Request(string key = "k1", int second = 0, string payload = "{}") => new()
    {
        Key = key,
        Operation = Operation.FinishTask,
        Job = "j1",
        TaskId = "t1",
        Payload = payload,
        IfMatch = 7,
        ExecuteBefore = new DateTimeOffset(2026, 11, 23, 11, 0, 0, TimeSpan.Zero),
        Server = "http://127.0.0.1:8080",
        Caller = "dev-ann",
        Instance = "/v1/requests/k1",
        OutcomeKnownAt = new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero),
        Created = new DateTimeOffset(2026, 11, 23, 10, 0, second, TimeSpan.Zero),
    };

    [Fact]
    public async Task Another_process_finds_everything_that_was_saved()
    {
        await new FilePendingRequestStore(_folder).SaveAsync(Request());

        Assert.Equal([Request()], await new FilePendingRequestStore(_folder).ListAsync());
    }

    [Fact]
    public async Task A_second_save_replaces_the_first()
    {
        var store = new FilePendingRequestStore(_folder);
        await store.SaveAsync(Request());
        await store.SaveAsync(Request() with { Instance = "/v1/requests/k1?notAfter=1" });

        Assert.Equal("/v1/requests/k1?notAfter=1", Assert.Single(await store.ListAsync()).Instance);
        Assert.Equal("/v1/requests/k1?notAfter=1", (await store.FindAsync(Request()))?.Instance);
    }

    [Fact]
    public async Task The_same_key_of_another_caller_is_another_entry()
    {
        var store = new FilePendingRequestStore(_folder);
        await store.SaveAsync(Request());
        await store.SaveAsync(Request() with { Caller = "dev-bob" });
        await store.SaveAsync(Request() with { Job = "j2" });
        await store.SaveAsync(Request(payload: """{"a":1}"""));

        await store.ForgetAsync(Request());

        Assert.Equal(3, (await store.ListAsync()).Count);
        Assert.Null(await store.FindAsync(Request()));
    }

    [Fact]
    public async Task The_oldest_comes_first()
    {
        var store = new FilePendingRequestStore(_folder);
        foreach (var second in (int[])[3, 1, 2])
            await store.SaveAsync(Request($"k{second}", second));

        Assert.Equal(["k1", "k2", "k3"], (await store.ListAsync()).Select(request => request.Key));
    }

    [Fact]
    public async Task A_half_written_file_of_a_killed_process_is_ignored()
    {
        var store = new FilePendingRequestStore(_folder);
        await store.SaveAsync(Request());
        await File.WriteAllTextAsync(Path.Combine(_folder, "k2.0011223344556677.json.abc.tmp"), """{"key":"k2","oper""");

        Assert.Equal("k1", Assert.Single(await store.ListAsync()).Key);
    }

    [Fact]
    public async Task A_damaged_file_is_named_and_hides_no_other()
    {
        var store = new FilePendingRequestStore(_folder);
        await store.SaveAsync(Request());
        var damaged = Path.Combine(_folder, "k2.0011223344556677.json");
        await File.WriteAllTextAsync(damaged, "");

        Assert.Equal("k1", Assert.Single(await store.ListAsync()).Key);
        Assert.Equal(damaged, Assert.Single(await store.FindUnreadableAsync()));
    }

    [Fact]
    public async Task Only_the_user_can_read_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes.");
        await new FilePendingRequestStore(_folder).SaveAsync(Request());

        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Directory.GetFiles(_folder).Single()));
    }

    [Fact]
    public async Task Writers_at_the_same_time_leave_whole_entries()
    {
        await Parallel.ForAsync(0, 200, async (number, _) =>
        {
            var store = new FilePendingRequestStore(_folder);
            await store.SaveAsync(Request($"k{number % 10}", payload: $$"""{"n":{{number % 10}}}"""));
            Assert.All(await store.ListAsync(), request => Assert.StartsWith("k", request.Key));
        });

        Assert.Equal(10, (await new FilePendingRequestStore(_folder).ListAsync()).Count);
        Assert.Equal(10, Directory.GetFiles(_folder).Length);
    }

    [Fact]
    public async Task An_empty_or_missing_folder_holds_nothing()
    {
        var store = new FilePendingRequestStore(_folder);
        await store.ForgetAsync(Request());

        Assert.Empty(await store.ListAsync());
        Assert.Null(await store.FindAsync(Request()));
    }
}
