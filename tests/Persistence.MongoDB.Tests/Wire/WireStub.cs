using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using MongoDB.Bson;
using MongoDB.Bson.IO;
using MongoDB.Bson.Serialization;

namespace JobRequests.Persistence.MongoDB.Tests.Wire;

/// <summary>
/// A server that speaks enough of MongoDB's wire protocol for the storage, keeps documents in memory, and fails where a test says: before
/// or after a command was done, which no real server does on demand.
/// </summary>
internal sealed class WireStub : IAsyncDisposable
{
    private const int OpReply = 1;
    private const int OpQuery = 2004;
    private const int OpMsg = 2013;

    private readonly TcpListener _listener;
    private readonly ConcurrentDictionary<TcpClient, Task> _connections = new();
    private readonly CancellationTokenSource _stopped = new();
    private readonly Task _accepting;
    private int _greeted;

    public WireStub(int port = 0)
    {
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    public string Address => $"mongodb://127.0.0.1:{Port}/";

    public WireDatabase Database { get; } = new();

    /// <summary>Says what goes wrong with a command; called for all but the greeting, one command at a time for each connection.</summary>
    public Func<BsonDocument, WireFault>? OnCommand { get; set; }

    /// <summary>What the server says about itself, beside its limits.</summary>
    public BsonDocument Role { get; set; } = Standalone();

    /// <summary>Every command but greetings and farewells, in the order of arrival.</summary>
    public ConcurrentQueue<BsonDocument> Received { get; } = new();

    public IEnumerable<BsonDocument> Writes => Received.Where(static command => command.GetElement(0).Name is "insert" or "update" or "delete");

    public static BsonDocument Standalone() => new() { { "ismaster", true }, { "isWritablePrimary", true } };

    public BsonDocument ReplicaSetMember(string set, bool primary) => new()
    {
        { "ismaster", primary }, { "isWritablePrimary", primary }, { "secondary", !primary }, { "setName", set },
        { "hosts", new BsonArray { $"127.0.0.1:{Port}" } }, { "me", $"127.0.0.1:{Port}" },
    };

    /// <summary>The given fault for the next commands of that name, then none.</summary>
    public void FailNext(string command, int times, WireFault fault)
    {
        var left = times;
        OnCommand = received => received.GetElement(0).Name == command && Interlocked.Decrement(ref left) >= 0 ? fault : WireFault.None;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        _listener.Dispose();
        foreach (var connection in _connections.Keys)
            connection.Dispose();
        await _accepting;
        await Task.WhenAll(_connections.Values);
        _stopped.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stopped.Token);
                client.NoDelay = true;
                _connections[client] = ServeAsync(client);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The end of the test.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        await Task.Yield();
        try
        {
            using (client)
            {
                var stream = client.GetStream();
                while (await ReadAsync(stream) is { } message)
                {
                    if (await AnswerAsync(message.Command) is not { } reply)
                        return;
                    await stream.WriteAsync(Encode(reply, message), _stopped.Token);
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException or IOException or SocketException)
        {
            // The client went away, or the test ended.
        }
        finally
        {
            _connections.TryRemove(client, out _);
        }
    }

    private async Task<BsonDocument?> AnswerAsync(BsonDocument command)
    {
        var name = command.GetElement(0).Name;
        if (name.Equals("isMaster", StringComparison.OrdinalIgnoreCase) || name == "hello")
            return Greeting();
        if (name is "endSessions")
            return new BsonDocument("ok", 1);
        Received.Enqueue(command);
        var fault = OnCommand?.Invoke(command) ?? WireFault.None;
        if (fault.Before is not null)
            await fault.Before.WaitAsync(_stopped.Token);
        var reply = fault.Execute ? Database.Execute(command) : new BsonDocument("ok", 1);
        if (fault.Silent)
            await Task.Delay(Timeout.Infinite, _stopped.Token);
        if (fault.Close)
            return null;
        return fault.Change?.Invoke(reply) ?? reply;
    }

    private BsonDocument Greeting() => new BsonDocument
    {
        { "maxBsonObjectSize", 16 * 1024 * 1024 }, { "maxMessageSizeBytes", 48_000_000 }, { "maxWriteBatchSize", 100_000 },
        { "minWireVersion", 0 }, { "maxWireVersion", 21 }, { "connectionId", Interlocked.Increment(ref _greeted) }, { "ok", 1 },
    }.Merge(Role, overwriteExistingElements: true);

    private async Task<Message?> ReadAsync(NetworkStream stream)
    {
        var head = new byte[16];
        if (await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, _stopped.Token) < head.Length)
            return null;
        var body = new byte[BinaryPrimitives.ReadInt32LittleEndian(head) - head.Length];
        await stream.ReadExactlyAsync(body, _stopped.Token);
        var (id, operation) = (BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(4)), BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(12)));
        return operation switch
        {
            OpMsg => new Message(id, operation, DecodeMessage(body)),
            // flags, the collection's name, numbers to skip and to return, then the command: how drivers greet.
            OpQuery => new Message(id, operation, Document(body, 4 + Array.IndexOf(body, (byte)0, 4) - 4 + 1 + 8)),
            _ => throw new NotSupportedException($"The stub does not know operation {operation}."),
        };
    }

    private static BsonDocument DecodeMessage(byte[] body)
    {
        var command = new BsonDocument();
        for (var at = 4; at < body.Length;)
        {
            var kind = body[at++];
            var size = BinaryPrimitives.ReadInt32LittleEndian(body.AsSpan(at));
            if (kind == 0)
            {
                command.Merge(Document(body, at));
            }
            else
            {
                var nameEnd = Array.IndexOf(body, (byte)0, at + 4);
                var documents = new BsonArray();
                for (var next = nameEnd + 1; next < at + size; next += BinaryPrimitives.ReadInt32LittleEndian(body.AsSpan(next)))
                    documents.Add(Document(body, next));
                command.Add(System.Text.Encoding.UTF8.GetString(body.AsSpan((at + 4)..nameEnd)), documents);
            }
            at += size;
        }
        return command;
    }

    private static BsonDocument Document(byte[] bytes, int at)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at));
        using var reader = new BsonBinaryReader(new MemoryStream(bytes, at, length));
        return BsonSerializer.Deserialize<BsonDocument>(reader);
    }

    private static byte[] Encode(BsonDocument reply, Message request)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(0);
        writer.Write(0);
        writer.Write(request.Id);
        if (request.Operation == OpQuery)
        {
            writer.Write(OpReply);
            writer.Write(8);
            writer.Write(0L);
            writer.Write(0);
            writer.Write(1);
        }
        else
        {
            writer.Write(OpMsg);
            writer.Write(0);
            writer.Write((byte)0);
        }
        writer.Write(reply.ToBson());
        var bytes = stream.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(bytes, bytes.Length);
        return bytes;
    }

    private sealed record Message(int Id, int Operation, BsonDocument Command);
}
