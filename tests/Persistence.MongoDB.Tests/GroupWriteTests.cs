using JobRequests.Persistence.MongoDB.Tests.Wire;
using MongoDB.Bson;
using MongoDB.Driver;

namespace JobRequests.Persistence.MongoDB.Tests;

/// <summary>Writes of different grains share requests; each still has its own condition and its own answer.</summary>
public sealed class GroupWriteTests
{
    [Fact]
    public async Task A_write_with_nothing_under_way_leaves_at_once_alone()
    {
        await using var test = new StubbedStorage();

        await test.WriteAsync(StubbedStorage.State("one"));

        Assert.Single(Assert.Single(test.Stub.Writes)["documents"].AsBsonArray);
    }

    [Fact]
    public async Task Writes_that_gather_behind_another_share_one_request()
    {
        await using var test = new GatheringWrites();

        var states = await test.GatherAsync(64, async i => await test.InsertAsync(i));

        Assert.Equal([1, 64], test.Sizes("insert"));
        for (var i = 0; i < 64; i++)
            Assert.Equal((states[i].ETag, $"text {i}"), test.Storage.Stored(GatheringWrites.Grain(i)));
    }

    [Fact]
    public async Task A_request_never_exceeds_its_maximum_size()
    {
        await using var test = new GatheringWrites(static options => options.MaxBatchSize = 10);

        await test.GatherAsync(25, async i => await test.InsertAsync(i));

        Assert.Equal([1, 10, 10, 5], test.Sizes("insert"));
    }

    [Fact]
    public async Task Large_states_never_exceed_one_message()
    {
        await using var test = new GatheringWrites();
        var large = new string('x', 6_000_000);

        await test.GatherAsync(5, async i => await test.InsertAsync(i, large));

        Assert.Equal([1, 2, 2, 1], test.Sizes("insert"));
    }

    [Fact]
    public async Task No_more_requests_are_under_way_than_allowed()
    {
        await using var test = new StubbedStorage(static options => (options.MaxBatchesInFlight, options.SocketTimeout) = (3, GatheringWrites.WaitLimit));
        var (running, most, sync) = (0, 0, new Lock());
        test.Stub.OnCommand = _ =>
        {
            lock (sync)
                most = Math.Max(most, ++running);
            return new WireFault { Before = Task.Delay(20), Change = reply => { lock (sync) running--; return reply; } };
        };

        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => test.WriteAsync(StubbedStorage.State("text"), GatheringWrites.Grain(i))));

        Assert.Equal(3, most);
    }

    [Fact]
    public async Task Inserts_updates_and_clears_travel_apart_and_clears_alone()
    {
        await using var test = new GatheringWrites();
        var known = await test.KnownAsync(20);

        await test.GatherAsync(40, async i =>
        {
            if (i % 4 == 0) await test.InsertAsync(100 + i);
            else if (i % 4 == 1) await test.Storage.ClearAsync(known[i / 2], GatheringWrites.Grain(i / 2));
            else if (i % 4 == 2) await test.Storage.WriteAsync(known[i / 2], GatheringWrites.Grain(i / 2));
        });

        Assert.Equal([1, 10], test.Sizes("insert"));
        Assert.Equal([10], test.Sizes("update"));
        Assert.Equal(Enumerable.Repeat(1, 10), test.Sizes("delete"));
        Assert.Equal(1 + 20 + 10 - 10, test.Storage.Stub.Database.All().Count);
    }

    [Fact]
    public async Task Two_writes_of_one_record_never_share_a_request()
    {
        await using var test = new GatheringWrites();

        var outcomes = await test.GatherAsync(10, i => test.TryAsync(() => test.InsertAsync(i % 5)));

        Assert.Equal(5, outcomes.Count(static done => done));
        Assert.All(test.Storage.Stub.Writes, static write =>
        {
            var ids = write["documents"].AsBsonArray.Select(static document => document["_id"]).ToList();
            Assert.Equal(ids.Count, ids.Distinct().Count());
        });
        Assert.Equal([1, 5, 5], test.Sizes("insert"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(50)]
    public async Task Stale_members_of_a_shared_update_conflict_alone(int stale)
    {
        await using var test = new GatheringWrites();
        var known = await test.KnownAsync(50);
        for (var i = 0; i < stale; i++)
            test.Storage.Stub.Database.Put(StubbedStorage.Foreign(GatheringWrites.Grain(i), $"rival {i}"));

        var outcomes = await test.GatherAsync(50, i => test.TryAsync(() => test.UpdateAsync(known, i)));

        Assert.Equal([50], test.Sizes("update"));
        Assert.Equal(Enumerable.Range(0, 50).Select(i => i >= stale), outcomes);
        for (var i = 0; i < 50; i++)
            Assert.Equal(i < stale ? ($"rival {i}", "foreign") : (known[i].ETag, $"new {i}"), test.Storage.Stored(GatheringWrites.Grain(i)));
    }

    [Fact]
    public async Task Members_of_an_unreadable_shared_update_check_for_themselves()
    {
        await using var test = new GatheringWrites();
        var known = await test.KnownAsync(20);
        test.Storage.Stub.Database.Put(StubbedStorage.Foreign(GatheringWrites.Grain(3), "rival"));

        var outcomes = await test.GatherAsync(
            20, i => test.TryAsync(() => test.UpdateAsync(known, i)), new Dictionary<string, WireFault> { ["find"] = WireFault.Error(13, "Unauthorized") });

        Assert.Equal(Enumerable.Range(0, 20).Select(static i => i != 3), outcomes);
        Assert.Equal((known[4].ETag, "new 4"), test.Storage.Stored(GatheringWrites.Grain(4)));
    }

    [Fact]
    public async Task Duplicates_in_a_shared_insert_conflict_alone()
    {
        await using var test = new GatheringWrites();
        for (var i = 0; i < 50; i += 3)
            test.Storage.Stub.Database.Put(StubbedStorage.Foreign(GatheringWrites.Grain(i), "rival"));

        var outcomes = await test.GatherAsync(50, i => test.TryAsync(() => test.InsertAsync(i)));

        Assert.Equal([1, 50], test.Sizes("insert"));
        Assert.Equal(Enumerable.Range(0, 50).Select(static i => i % 3 != 0), outcomes);
        Assert.Equal("foreign", test.Storage.Stored(GatheringWrites.Grain(3)).Text);
    }

    [Theory]
    [InlineData("reply lost")]
    [InlineData("request lost")]
    [InlineData("write concern timeout")]
    [InlineData("not primary")]
    public async Task Members_of_an_unknown_shared_request_check_for_themselves(string fault)
    {
        await using var test = new GatheringWrites();
        var known = await test.KnownAsync(30);
        for (var i = 0; i < 30; i += 10)
            test.Storage.Stub.Database.Put(StubbedStorage.Foreign(GatheringWrites.Grain(i), "rival"));

        var outcomes = await test.GatherAsync(60, i => test.TryAsync(() => i < 30 ? test.UpdateAsync(known, i) : test.InsertAsync(i)),
            new Dictionary<string, WireFault> { ["update"] = WireFault.All[fault], ["insert"] = WireFault.All[fault] });

        Assert.Equal(Enumerable.Range(0, 60).Select(static i => i is not (0 or 10 or 20)), outcomes);
        Assert.Equal(Enumerable.Range(0, 60).Select(static i => i is 0 or 10 or 20 ? "foreign" : i < 30 ? $"new {i}" : $"text {i}"),
            Enumerable.Range(0, 60).Select(i => test.Storage.Stored(GatheringWrites.Grain(i)).Text));
    }

    [Fact]
    public async Task A_refused_shared_request_fails_only_the_faulty_member()
    {
        await using var test = new GatheringWrites();
        test.Refuse = static command =>
            command["documents"].AsBsonArray.Any(static document => document["d"]["Text"] == "text 7")
                ? WireFault.Error(10334, "BSONObjectTooLarge")
                : WireFault.None;

        var outcomes = await test.GatherAsync(20, async i =>
        {
            var write = test.InsertAsync(i);
            if (i == 7) await Assert.ThrowsAsync<MongoCommandException>(() => write);
            else await write;
            return i;
        });

        Assert.Equal(Enumerable.Range(0, 20), outcomes);
        Assert.Equal(1 + 19, test.Storage.Stub.Database.All().Count);
    }

    [Fact]
    public async Task A_document_that_the_server_refuses_fails_alone()
    {
        await using var test = new GatheringWrites();
        test.Refuse = static command => command["documents"].AsBsonArray.Count == 1 ? WireFault.None : new WireFault
        {
            Execute = true,
            Change = static reply =>
                reply.Set("writeErrors", new BsonArray { new BsonDocument { { "index", 3 }, { "code", 121 }, { "errmsg", "validation" } } }).Set("n", 9),
        };

        await test.GatherAsync(10, async i =>
        {
            var write = test.InsertAsync(i);
            if (i == 3) Assert.Equal(121, Assert.Single((await Assert.ThrowsAsync<MongoBulkWriteException<GrainDocument>>(() => write)).WriteErrors).Code);
            else await write;
        });

        Assert.Equal([1, 10], test.Sizes("insert"));
    }

    [Fact]
    public async Task A_write_cancelled_while_it_waits_is_never_sent()
    {
        await using var test = new GatheringWrites();
        using var cancellationToken = new CancellationTokenSource();
        Task? cancelled = null;

        await test.GatherAsync(3, async i =>
        {
            if (i != 1)
            {
                await test.InsertAsync(i);
                return;
            }
            cancelled = test.Storage.WriteAsync(StubbedStorage.State("never"), GatheringWrites.Grain(i), cancellationToken.Token);
            cancellationToken.Cancel(); // at once: nothing may be let go meanwhile
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        });

        Assert.Equal([1, 2], test.Sizes("insert"));
        Assert.Equal((null, null), test.Storage.Stored(GatheringWrites.Grain(1)));
    }

    [Fact]
    public async Task A_too_large_state_is_refused_before_others_suffer()
    {
        await using var test = new StubbedStorage();

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(
            () => test.WriteAsync(StubbedStorage.State(new string('x', GrainDocument.MaxSize))));

        Assert.Contains("no document above", exception.Message);
        Assert.Empty(test.Stub.Writes);
    }
}
