using JobRequests.Persistence.MongoDB.Tests.Wire;
using JobRequests.Testing;
using MongoDB.Driver;
using Orleans.Storage;

namespace JobRequests.Persistence.MongoDB.Tests;

/// <summary>Writes whose answer is lost: the storage finds out, or says that it does not know; it never guesses, and never says "failed".</summary>
public sealed class CommitUnknownTests
{
    [Theory]
    [InlineData("request lost", "one")]
    [InlineData("not primary", "one")]
    [InlineData("write concern timeout", "two")]
    public async Task An_unknown_update_leaves_the_given_state_untouched(string fault, string stored)
    {
        await using var test = new StubbedStorage();
        var state = StubbedStorage.State("one");
        await test.WriteAsync(state);
        var etag = state.ETag;
        state.State!.Text = "two";
        // What a majority has is the first write; nobody can know whether the second one will get there.
        test.Stub.Database.FreezeReads();
        test.Stub.FailNext("update", int.MaxValue, WireFault.All[fault]);

        var exception = await Assert.ThrowsAsync<CommitUnknownException>(() => test.WriteAsync(state));

        Assert.Equal((etag, true, "two"), (state.ETag, state.RecordExists, state.State.Text));
        Assert.Equal(1 + MongoCompareAndSet.Repeats, test.Attempts("update"));
        Assert.Equal(stored, test.Stored().Text);
        Assert.Contains(StubbedStorage.Id(test.Grain), exception.Message);
    }

    [Theory]
    [InlineData("reply lost")]
    [InlineData("write concern timeout")]
    public async Task Reading_tells_whether_an_unknown_write_was_done(string fault)
    {
        await using var test = new StubbedStorage();
        var state = StubbedStorage.State("one");
        test.Stub.FailNext("insert", int.MaxValue, WireFault.All[fault]);

        await test.WriteAsync(state);

        Assert.Equal((state.ETag, "one"), test.Stored());
    }

    [Fact]
    public async Task A_done_write_is_never_reported_as_failed()
    {
        await using var test = new StubbedStorage();
        var state = StubbedStorage.State("one");
        var writes = 0;
        test.Stub.OnCommand = command =>
            command.GetElement(0).Name == "insert" && Interlocked.Increment(ref writes) == 1 ? WireFault.DropReply : WireFault.DropRequest;

        await Assert.ThrowsAsync<CommitUnknownException>(() => test.WriteAsync(state));

        Assert.Null(state.ETag);
        Assert.Equal("one", test.Stored().Text);
        test.Stub.OnCommand = null;
        var read = new GrainState<ConformanceState>();
        await test.Storage.ReadStateAsync(StubbedStorage.StateName, test.Grain, read);
        Assert.Equal("one", read.State!.Text);
    }

    [Fact]
    public async Task A_definite_failure_after_an_unknown_one_is_still_unknown()
    {
        await using var test = new StubbedStorage();
        var attempts = 0;
        test.Stub.OnCommand = command => command.GetElement(0).Name != "insert" ? WireFault.None
            : Interlocked.Increment(ref attempts) == 1 ? WireFault.DropRequest : WireFault.Error(14031, "OutOfDiskSpace");

        await Assert.ThrowsAsync<CommitUnknownException>(() => test.WriteAsync(StubbedStorage.State("one")));

        Assert.Equal(1 + MongoCompareAndSet.Repeats, attempts);
    }

    [Fact]
    public async Task A_definite_failure_leaves_the_given_state_untouched()
    {
        await using var test = new StubbedStorage();
        var state = StubbedStorage.State("one");
        test.Stub.FailNext("insert", 1, WireFault.Error(14031, "OutOfDiskSpace"));

        await Assert.ThrowsAsync<MongoCommandException>(() => test.WriteAsync(state));

        Assert.Equal((null, false, "one"), (state.ETag, state.RecordExists, state.State!.Text));
        Assert.Equal(1, test.Attempts("insert"));
        await test.WriteAsync(state);
        Assert.Equal((state.ETag, "one"), test.Stored());
    }

    [Fact]
    public async Task A_conflict_met_while_finding_out_is_a_conflict()
    {
        await using var test = new StubbedStorage();
        var state = StubbedStorage.State("one");
        await test.WriteAsync(state);
        test.Stub.OnCommand = command =>
        {
            if (command.GetElement(0).Name != "update")
                return WireFault.None;
            test.Stub.OnCommand = null;
            test.Stub.Database.Put(StubbedStorage.Foreign(test.Grain, "rival"));
            return WireFault.DropRequest;
        };

        var exception = await Assert.ThrowsAsync<InconsistentStateException>(() => test.WriteAsync(state));

        Assert.Equal("rival", exception.StoredEtag);
        Assert.Equal(("rival", "foreign"), test.Stored());
    }

    [Fact]
    public async Task A_stale_writer_never_brings_a_cleared_record_back()
    {
        await using var test = new StubbedStorage();
        var state = StubbedStorage.State("one");
        await test.WriteAsync(state);
        test.Stub.OnCommand = command =>
        {
            if (command.GetElement(0).Name != "update")
                return WireFault.None;
            test.Stub.OnCommand = null;
            test.Stub.Database.Remove(StubbedStorage.Id(test.Grain));
            return WireFault.DropRequest;
        };

        await Assert.ThrowsAsync<InconsistentStateException>(() => test.WriteAsync(state));

        Assert.Equal((null, null), test.Stored());
        Assert.Equal(2, test.Attempts("update"));
        Assert.DoesNotContain(test.Stub.Writes, static write => write.ToString().Contains("\"upsert\" : true", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_insert_refused_by_a_vanished_record_is_repeated()
    {
        await using var test = new StubbedStorage();
        test.Stub.Database.Put(StubbedStorage.Foreign(test.Grain, "short-lived"));
        test.Stub.OnCommand = command =>
        {
            if (command.GetElement(0).Name == "find")
                test.Stub.Database.Remove(StubbedStorage.Id(test.Grain));
            return WireFault.None;
        };
        var state = StubbedStorage.State("one");

        await test.WriteAsync(state);

        Assert.Equal((state.ETag, "one"), test.Stored());
    }

    [Fact]
    public async Task A_clear_of_what_another_one_cleared_is_refused()
    {
        await using var test = new StubbedStorage();
        var state = StubbedStorage.State("one");
        await test.WriteAsync(state);
        test.Stub.Database.Remove(StubbedStorage.Id(test.Grain));

        await Assert.ThrowsAsync<InconsistentStateException>(() => test.ClearAsync(state));

        Assert.Equal(1, test.Attempts("delete"));
    }

    [Fact]
    public async Task Writes_and_reads_ask_for_a_majority()
    {
        await using var test = new StubbedStorage();
        await test.WriteAsync(StubbedStorage.State("one"));
        var state = new GrainState<ConformanceState>();

        await test.Storage.ReadStateAsync(StubbedStorage.StateName, test.Grain, state);

        var insert = Assert.Single(test.Stub.Received, static command => command.GetElement(0).Name == "insert");
        Assert.Equal(("majority", true), (insert["writeConcern"]["w"].AsString, insert["writeConcern"]["j"].AsBoolean));
        var find = Assert.Single(test.Stub.Received, static command => command.GetElement(0).Name == "find");
        Assert.Equal("majority", find["readConcern"]["level"].AsString);
    }

    [Fact]
    public async Task A_record_of_a_newer_version_is_not_read()
    {
        await using var test = new StubbedStorage();
        test.Stub.Database.Put(StubbedStorage.Foreign(test.Grain, "etag").Set("v", 2));
        var state = StubbedStorage.State("kept");

        var exception = await Assert.ThrowsAsync<NotSupportedException>(() => test.Storage.ReadStateAsync(StubbedStorage.StateName, test.Grain, state));

        Assert.Contains("schema 2", exception.Message);
        Assert.Equal("kept", state.State!.Text);
    }

    [Fact]
    public async Task A_scan_continues_after_each_reply()
    {
        await using var test = new StubbedStorage();
        for (var i = 0; i < 25; i++)
            test.Stub.Database.Put(StubbedStorage.Foreign(GrainId.Create("grain", $"{i:00}"), "etag"));
        test.Stub.Database.MaxReplyDocuments = 10;

        var sizes = new List<int>();
        await foreach (var batch in test.Storage.ScanAsync(StubbedStorage.StateName))
            sizes.Add(batch.Count);

        Assert.Equal([10, 10, 5], sizes);
    }
}
