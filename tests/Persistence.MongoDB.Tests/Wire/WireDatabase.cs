using MongoDB.Bson;

namespace JobRequests.Persistence.MongoDB.Tests.Wire;

/// <summary>Documents by <c>_id</c>, and the commands that the storage uses on them, each atomic.</summary>
internal sealed class WireDatabase
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, BsonDocument> _documents = new(StringComparer.Ordinal);
    private Dictionary<string, BsonDocument>? _frozen;

    /// <summary>How many documents a reply to a find holds at most, as a real server's reply is bounded in bytes.</summary>
    public int MaxReplyDocuments { get; set; } = 100_000;

    /// <summary>From now on reads see what is stored now, like a majority that lags behind.</summary>
    public void FreezeReads()
    {
        lock (_gate)
            _frozen = new(_documents);
    }

    public BsonDocument? Get(string id)
    {
        lock (_gate)
            return _documents.GetValueOrDefault(id);
    }

    public List<BsonDocument> All()
    {
        lock (_gate)
            return [.. _documents.Values];
    }

    public void Put(BsonDocument document)
    {
        lock (_gate)
            _documents[document["_id"].AsString] = document;
    }

    public void Remove(string id)
    {
        lock (_gate)
            _documents.Remove(id);
    }

    public BsonDocument Execute(BsonDocument command)
    {
        lock (_gate)
        {
            return command.GetElement(0).Name switch
            {
                "insert" => Insert(command["documents"].AsBsonArray),
                "update" => Update(command["updates"].AsBsonArray),
                "delete" => Delete(command["deletes"].AsBsonArray),
                "find" => Find(command),
                "listIndexes" => Cursor(command, [new BsonDocument("name", "_id_")]),
                "createIndexes" or "ping" or "dropDatabase" or "killCursors" => new BsonDocument("ok", 1),
                var name => new BsonDocument { { "ok", 0 }, { "code", 59 }, { "codeName", "CommandNotFound" }, { "errmsg", name } },
            };
        }
    }

    private BsonDocument Insert(BsonArray documents)
    {
        var errors = new BsonArray();
        for (var i = 0; i < documents.Count; i++)
        {
            if (!_documents.TryAdd(documents[i]["_id"].AsString, documents[i].AsBsonDocument))
                errors.Add(new BsonDocument { { "index", i }, { "code", 11000 }, { "errmsg", "duplicate" } });
        }
        return Reply(documents.Count - errors.Count, errors);
    }

    private BsonDocument Update(BsonArray updates)
    {
        var matched = 0;
        foreach (var update in updates)
        {
            Assert.False(update.AsBsonDocument.GetValue("upsert", false).AsBoolean, "An upsert was on the wire.");
            if (_documents.Values.FirstOrDefault(document => Matches(document, update["q"].AsBsonDocument)) is not { } found) continue;
            _documents[found["_id"].AsString] = update["u"].AsBsonDocument;
            matched++;
        }
        return Reply(matched, []).Add("nModified", matched);
    }

    private BsonDocument Delete(BsonArray deletes)
    {
        var deleted = 0;
        foreach (var delete in deletes)
        {
            if (_documents.Values.FirstOrDefault(document => Matches(document, delete["q"].AsBsonDocument)) is { } found
                && _documents.Remove(found["_id"].AsString))
                deleted++;
        }
        return Reply(deleted, []);
    }

    private BsonDocument Find(BsonDocument command)
    {
        IEnumerable<BsonDocument> source = _frozen is null ? _documents.Values : _frozen.Values;
        var found = source.Where(document => Matches(document, command["filter"].AsBsonDocument)).Take(command.GetValue("limit", int.MaxValue).ToInt32());
        if (command.TryGetValue("projection", out var projection))
            found = found.Select(
                document => new BsonDocument(document.Where(element => element.Name == "_id" || projection.AsBsonDocument.Contains(element.Name))));
        return Cursor(command, found.Take(MaxReplyDocuments));
    }

    private static BsonDocument Reply(int n, BsonArray errors)
    {
        var reply = new BsonDocument { { "n", n }, { "ok", 1 } };
        return errors.Count == 0 ? reply : reply.Add("writeErrors", errors);
    }

    private static BsonDocument Cursor(BsonDocument command, IEnumerable<BsonDocument> batch) => new()
    {
        { "cursor", new BsonDocument { { "id", 0L }, { "ns", $"{command["$db"]}.{command[0]}" }, { "firstBatch", new BsonArray(batch) } } },
        { "ok", 1 },
    };

    private static bool Matches(BsonDocument document, BsonDocument filter) => filter.All(condition =>
    {
        var stored = document.GetValue(condition.Name, BsonNull.Value);
        return condition.Value is BsonDocument operators
            ? operators.All(one => one.Name switch
            {
                "$in" => one.Value.AsBsonArray.Contains(stored),
                "$gt" => string.CompareOrdinal(stored.AsString, one.Value.AsString) > 0,
                "$gte" => string.CompareOrdinal(stored.AsString, one.Value.AsString) >= 0,
                "$lt" => string.CompareOrdinal(stored.AsString, one.Value.AsString) < 0,
                _ => throw new NotSupportedException($"The stub does not know {one.Name}."),
            })
            : stored == condition.Value;
    });
}
