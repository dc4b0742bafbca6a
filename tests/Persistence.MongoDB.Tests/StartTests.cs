using JobRequests.Persistence.MongoDB.Tests.Wire;
using JobRequests.Testing;
using MongoDB.Bson;
using MongoDB.Driver;

namespace JobRequests.Persistence.MongoDB.Tests;

/// <summary>A start that cannot succeed says in one sentence which storage, which setting, and what was seen; never a password.</summary>
public sealed class StartTests
{
    private const string Password = "s3cret-pass";

    [Fact]
    public async Task An_address_where_nobody_listens_is_named_with_the_reason()
    {
        var port = FreePort.Next();

        var exception = await FailAsync($"mongodb://alice:{Password}@127.0.0.1:{port}/");

        Assert.Equal(MongoStartProblem.Unreachable, exception.Problem);
        Assert.Equal($"MongoDB grain storage 'test' cannot start: no server answered at 127.0.0.1:{port} (connection refused): start it, or correct "
            + "ConnectionString.", exception.Message);
    }

    [Fact]
    public async Task An_unknown_host_is_named_with_the_reason()
    {
        var exception = await FailAsync("mongodb://no-such-host.invalid:27017/", static options => options.ConnectionName = "mongodb");

        Assert.Equal(MongoStartProblem.Unreachable, exception.Problem);
        Assert.Contains("no-such-host.invalid:27017 (unknown host name): start it, or correct ConnectionName 'mongodb'", exception.Message);
    }

    [Fact]
    public async Task A_server_that_comes_up_later_is_waited_for()
    {
        var (port, log) = (FreePort.Next(), new CapturedLog());
        await using var test = Create($"mongodb://127.0.0.1:{port}/", log: log, configure: static options => options.StartTimeout = TimeSpan.FromSeconds(30));

        var start = test.Storage.InitializeAsync();
        await log.FirstEntry.WaitAsync(TimeSpan.FromSeconds(20));
        await using var stub = new WireStub(port);
        await start.WaitAsync(TimeSpan.FromSeconds(20));

        Assert.Contains("connection refused", log.Warnings.First());
    }

    [Fact]
    public async Task A_wrong_password_is_told_at_once_without_it()
    {
        await using var stub = new WireStub
        { OnCommand = static command => command.GetElement(0).Name == "saslStart" ? WireFault.Error(18, "AuthenticationFailed") : WireFault.None };

        var exception = await FailAsync($"mongodb://alice:{Password}@127.0.0.1:{stub.Port}/", static options => options.StartTimeout = TimeSpan.FromMinutes(1));

        Assert.Equal(MongoStartProblem.WrongCredentials, exception.Problem);
        Assert.Contains("user name or password of ConnectionString", exception.Message);
    }

    [Fact]
    public async Task A_write_with_a_wrong_password_is_not_repeated()
    {
        await using var stub = new WireStub
        { OnCommand = static command => command.GetElement(0).Name == "saslStart" ? WireFault.Error(18, "AuthenticationFailed") : WireFault.None };
        await using var test = Create($"mongodb://alice:{Password}@127.0.0.1:{stub.Port}/");

        var exception = await Assert.ThrowsAsync<MongoAuthenticationException>(
            () => test.Storage.WriteStateAsync("note", GrainId.Create("note", "1"), new GrainState<Note>(new Note())));

        Assert.DoesNotContain(Password, exception.ToString(), StringComparison.Ordinal);
        Assert.Empty(stub.Writes);
    }

    [Fact]
    public async Task A_user_without_rights_is_told_at_once()
    {
        await using var stub = new WireStub
        { OnCommand = static command => command.GetElement(0).Name == "find" ? WireFault.Error(13, "Unauthorized") : WireFault.None };

        var exception = await FailAsync(stub.Address, static options => options.StartTimeout = TimeSpan.FromMinutes(1));

        Assert.Equal(MongoStartProblem.NotAuthorized, exception.Problem);
        Assert.Contains("'stubbed.grainState'", exception.Message);
    }

    [Fact]
    public async Task A_replica_set_without_a_primary_is_described()
    {
        await using var stub = new WireStub();
        stub.Role = stub.ReplicaSetMember("rs0", primary: false);

        var exception = await FailAsync(stub.Address + "?replicaSet=rs0");

        Assert.Equal(MongoStartProblem.NoPrimary, exception.Problem);
        Assert.Contains($"127.0.0.1:{stub.Port} (secondary)", exception.Message);
    }

    [Fact]
    public async Task Servers_of_another_replica_set_are_told()
    {
        await using var stub = new WireStub();
        stub.Role = stub.ReplicaSetMember("rs0", primary: true);

        var exception = await FailAsync(stub.Address + "?replicaSet=other");

        Assert.Equal(MongoStartProblem.NoPrimary, exception.Problem);
        Assert.Contains("is a member of the replica set that ConnectionString names", exception.Message);
    }

    [Fact]
    public async Task A_server_that_is_too_old_is_told()
    {
        await using var stub = new WireStub();
        stub.Role = WireStub.Standalone().Add("maxWireVersion", 2);

        var exception = await FailAsync(stub.Address);

        Assert.Equal(MongoStartProblem.Incompatible, exception.Problem);
    }

    [Theory]
    [InlineData(85, MongoStartProblem.IndexRefused)]
    [InlineData(13, MongoStartProblem.NotAuthorized)]
    public async Task Indexes_that_cannot_be_created_are_told(int code, MongoStartProblem problem)
    {
        await using var stub = new WireStub
        { OnCommand = command => command.GetElement(0).Name == "createIndexes" ? WireFault.Error(code, "Name") : WireFault.None };

        var exception = await FailAsync(stub.Address, static options => options.Indexes.Add(new GrainStateIndex("note", "$.Due")));

        Assert.Equal(problem, exception.Problem);
        Assert.Contains("ndexes", exception.Message);
    }

    [Fact]
    public async Task A_missing_collection_has_no_indexes()
    {
        await using var stub = new WireStub
        { OnCommand = static command => command.GetElement(0).Name == "listIndexes" ? WireFault.Error(26, "NamespaceNotFound") : WireFault.None };
        await using var test = Create(stub.Address, static options => options.Indexes.Add(new GrainStateIndex("note", "$.Due")));

        await test.Storage.InitializeAsync();

        var created = Assert.Single(stub.Received, static command => command.GetElement(0).Name == "createIndexes")["indexes"][0].AsBsonDocument;
        Assert.Equal(BsonDocument.Parse("{ 'd.Due': 1, _id: 1 }"), created["key"]);
        Assert.Equal(BsonDocument.Parse("{ _id: { $gte: 'test/note/', $lt: 'test/note0' }, 'd.Due': { $exists: true } }"), created["partialFilterExpression"]);
    }

    [Fact]
    public async Task Only_a_standalone_server_causes_one_warning()
    {
        await using var stub = new WireStub();
        var log = new CapturedLog();
        await using var first = Create(stub.Address, log: log);
        await using var second = Create(stub.Address, log: log);
        await first.Storage.InitializeAsync();
        await second.Storage.InitializeAsync();
        Assert.Contains("standalone", Assert.Single(log.Warnings));

        await using var member = new WireStub();
        member.Role = member.ReplicaSetMember("rs0", primary: true);
        await using var third = Create(member.Address + "?replicaSet=rs0", log: log);
        await third.Storage.InitializeAsync();
        Assert.Single(log.Warnings);
    }

    [Fact]
    public async Task A_server_without_majority_reads_is_read_without()
    {
        await using var stub = new WireStub
        { OnCommand = static command => command.Contains("readConcern") ? WireFault.Error(123, "NotAReplicaSet") : WireFault.None };
        await using var test = Create(stub.Address);
        await test.Storage.InitializeAsync();
        var state = new GrainState<Note>(new Note { Text = "read" });

        await test.Storage.WriteStateAsync("note", GrainId.Create("note", "1"), state);
        await test.Storage.ReadStateAsync("note", GrainId.Create("note", "1"), state);

        Assert.Equal("read", state.State!.Text);
    }

    [Fact]
    public async Task No_log_has_a_credential()
    {
        await using var stub = new WireStub();
        stub.OnCommand = static command =>
            command.GetElement(0).Name.StartsWith("sasl", StringComparison.Ordinal) ? WireFault.Error(18, "AuthenticationFailed") : WireFault.None;
        var log = new CapturedLog();
        await using var test = Create($"mongodb://alice:{Password}@127.0.0.1:{stub.Port},127.0.0.1:{FreePort.Next()}/", log: log);

        await Assert.ThrowsAsync<MongoStartException>(() => test.Storage.InitializeAsync());
        var failed = await Assert.ThrowsAnyAsync<Exception>(
            () => test.Storage.WriteStateAsync("note", GrainId.Create("note", "1"), new GrainState<Note>(new Note())));
        var health = await test.Storage.CheckHealthAsync();

        Assert.False(health.IsHealthy);
        foreach (var text in log.Entries.Select(static entry => entry.Text).Append(failed.ToString()).Append(health.ToString()))
            Assert.DoesNotContain(Password, text, StringComparison.Ordinal);
    }

    private static TestStorage Create(string address, Action<MongoGrainStorageOptions>? configure = null, CapturedLog? log = null) =>
        TestStorage.Create(address, options =>
    {
        (options.StartTimeout, options.ServerSelectionTimeout, options.SocketTimeout) = (TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        configure?.Invoke(options);
    }, "stubbed", drop: false, logger: log);

    private static async Task<MongoStartException> FailAsync(string address, Action<MongoGrainStorageOptions>? configure = null)
    {
        await using var test = Create(address, configure);
        var exception = await Assert.ThrowsAsync<MongoStartException>(() => test.Storage.InitializeAsync().WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.StartsWith("MongoDB grain storage 'test' cannot start: ", exception.Message);
        Assert.DoesNotContain(Password, exception.ToString(), StringComparison.Ordinal);
        return exception;
    }
}
