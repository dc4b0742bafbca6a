using JobRequests.Testing;
using Microsoft.Data.Sqlite;
using Orleans.Storage;

namespace JobRequests.Persistence.Sqlite.Tests;

/// <summary>Commits whose result the disk does not tell: the storage finds out, or says that it does not know; it never guesses.</summary>
public sealed class CommitUnknownTests
{
    private const string Name = "state";
    private static readonly SqliteException DiskError = new("disk I/O error", 10);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_write_is_found_done_after_a_failed_commit(bool committed)
    {
        await using var test = await StorageWithFaults.OpenAsync();
        var state = test.State("one");
        test.FailNext(1, committed ? CommitStage.After : CommitStage.Before);

        await test.Storage.WriteStateAsync(Name, test.Grain, state);

        Assert.Equal((state.ETag, "one"), await test.ReadAsync());
        test.FailNext(1, committed ? CommitStage.After : CommitStage.Before);
        state.State!.Text = "two";
        await test.Storage.WriteStateAsync(Name, test.Grain, state);
        Assert.Equal((state.ETag, "two"), await test.ReadAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_clear_is_found_done_after_a_failed_commit(bool committed)
    {
        await using var test = await StorageWithFaults.OpenAsync();
        var state = test.State("one");
        await test.Storage.WriteStateAsync(Name, test.Grain, state);
        test.FailNext(1, committed ? CommitStage.After : CommitStage.Before);

        await test.Storage.ClearStateAsync(Name, test.Grain, state);

        Assert.Null(state.ETag);
        Assert.Equal((null, null), await test.ReadAsync());
    }

    [Fact]
    public async Task A_write_with_failing_commits_is_unknown()
    {
        await using var test = await StorageWithFaults.OpenAsync();
        var state = test.State("one");
        await test.Storage.WriteStateAsync(Name, test.Grain, state);
        var etag = state.ETag;
        state.State!.Text = "two";
        test.FailNext(1000, CommitStage.Before);

        await Assert.ThrowsAsync<CommitUnknownException>(() => test.Storage.WriteStateAsync(Name, test.Grain, state));

        Assert.Equal((etag, true, "two"), (state.ETag, state.RecordExists, state.State.Text));
        test.FailNext(0, CommitStage.Before);
        Assert.Equal((etag, "one"), await test.ReadAsync());
    }

    [Fact]
    public async Task A_definite_failure_after_an_unknown_one_is_still_unknown()
    {
        await using var test = await StorageWithFaults.OpenAsync();
        var failures = 0;
        test.OnCommit = stage =>
        {
            if (stage == CommitStage.Before)
                throw failures++ == 0 ? DiskError : new SqliteException("database or disk is full", 13);
        };

        await Assert.ThrowsAsync<CommitUnknownException>(() => test.Storage.WriteStateAsync(Name, test.Grain, test.State("one")));

        Assert.Equal(4, failures);
    }

    [Fact]
    public async Task A_conflict_met_while_finding_out_is_a_conflict()
    {
        await using var test = await StorageWithFaults.OpenAsync();
        var state = test.State("one");
        await test.Storage.WriteStateAsync(Name, test.Grain, state);
        var rival = new GrainState<ConformanceState>(new ConformanceState { Text = "rival" }, state.ETag) { RecordExists = true };
        Task? rivalWrite = null;
        test.OnCommit = stage =>
        {
            test.OnCommit = null;
            // Queued now, the rival's write is committed before the repeat, which comes after a pause.
            rivalWrite = test.Storage.WriteStateAsync(Name, test.Grain, rival);
            throw DiskError;
        };

        await Assert.ThrowsAsync<InconsistentStateException>(() => test.Storage.WriteStateAsync(Name, test.Grain, state));

        await rivalWrite!;
        Assert.Equal((rival.ETag, "rival"), await test.ReadAsync());
    }

    [Fact]
    public async Task A_full_disk_is_a_definite_failure()
    {
        await using var test = await StorageWithFaults.OpenAsync();
        var state = test.State("one");
        test.OnCommit = static _ => throw new SqliteException("database or disk is full", 13);

        var exception = await Assert.ThrowsAsync<DataFolderException>(() => test.Storage.WriteStateAsync(Name, test.Grain, state));

        Assert.Equal(DataFolderProblem.Full, exception.Problem);
        Assert.Equal((null, false, "one"), (state.ETag, state.RecordExists, state.State!.Text));
        test.OnCommit = null;
        await test.Storage.WriteStateAsync(Name, test.Grain, state);
        Assert.Equal((state.ETag, "one"), await test.ReadAsync());
    }

    private sealed class StorageWithFaults(TemporaryFolder folder) : IAsyncDisposable
    {
        public SqliteGrainStorage Storage { get; private set; } = null!;

        public GrainId Grain { get; } = GrainId.Create("grain", "1");

        public Action<CommitStage>? OnCommit { get; set; }

        public static async Task<StorageWithFaults> OpenAsync()
        {
            var folder = new TemporaryFolder();
            var test = new StorageWithFaults(folder);
            test.Storage = await StorageFixture.OpenAsync(
                new SqliteDatabaseOptions { DataFolder = folder.Path, OnCommit = stage => test.OnCommit?.Invoke(stage) });
            return test;
        }

        public void FailNext(int commits, CommitStage at) => OnCommit = stage =>
        {
            if (stage == at && commits-- > 0)
                throw DiskError;
        };

        public GrainState<ConformanceState> State(string text) => new(new ConformanceState { Text = text });

        public async Task<(string? ETag, string? Text)> ReadAsync()
        {
            var state = new GrainState<ConformanceState>();
            await Storage.ReadStateAsync(Name, Grain, state);
            return (state.ETag, state.State!.Text);
        }

        public async ValueTask DisposeAsync()
        {
            await Storage.Database.DisposeAsync();
            folder.Dispose();
        }
    }
}
