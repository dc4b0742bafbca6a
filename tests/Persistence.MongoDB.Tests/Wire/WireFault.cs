using MongoDB.Bson;

namespace JobRequests.Persistence.MongoDB.Tests.Wire;

/// <summary>What goes wrong with one command.</summary>
internal sealed record WireFault
{
    public static readonly WireFault None = new();

    /// <summary>The connection breaks before the server does anything.</summary>
    public static readonly WireFault DropRequest = new() { Execute = false, Close = true };

    /// <summary>The connection breaks after the server did it.</summary>
    public static readonly WireFault DropReply = new() { Close = true };

    /// <summary>The server does it and never answers.</summary>
    public static readonly WireFault Silence = new() { Silent = true };

    /// <summary>The server does nothing and never answers.</summary>
    public static readonly WireFault Deaf = new() { Execute = false, Silent = true };

    /// <summary>Every fault after which nobody can say whether the command was done.</summary>
    public static IReadOnlyDictionary<string, WireFault> All { get; } = new Dictionary<string, WireFault>
    {
        ["request lost"] = DropRequest,
        ["reply lost"] = DropReply,
        ["done, no answer"] = Silence,
        ["not done, no answer"] = Deaf,
        ["not primary"] = Error(10107, "NotWritablePrimary"),
        ["primary stepped down"] = Error(189, "PrimarySteppedDown"),
        ["shutting down"] = Error(91, "ShutdownInProgress"),
        ["time limit"] = Error(50, "MaxTimeMSExpired"),
        ["write concern timeout"] = WriteConcern(64),
        ["write concern not satisfiable"] = WriteConcern(100),
        ["stepped down after the write"] = WriteConcern(11602),
    };

    public bool Execute { get; init; } = true;

    public bool Close { get; init; }

    public bool Silent { get; init; }

    public Task? Before { get; init; }

    public Func<BsonDocument, BsonDocument>? Change { get; init; }

    /// <summary>The server does nothing and says why.</summary>
    public static WireFault Error(int code, string name = "SomeError") => new()
    {
        Execute = false,
        Change = _ => new BsonDocument { { "ok", 0 }, { "code", code }, { "codeName", name }, { "errmsg", "as the test asked" } },
    };

    /// <summary>The primary does it, but cannot say that others have it.</summary>
    public static WireFault WriteConcern(int code) => new()
    {
        Change = reply =>
            new BsonDocument(reply)
                .Add("writeConcernError", new BsonDocument { { "code", code }, { "codeName", "SomeError" }, { "errmsg", "as the test asked" } }),
    };

    /// <summary>Waits for the test before it goes on.</summary>
    public static WireFault Hold(Task until) => new() { Before = until };
}
