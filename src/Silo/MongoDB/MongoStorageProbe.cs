using JobRequests.Grains;
using MongoDB.Bson;
using MongoDB.Driver;

namespace JobRequests.Silo;

// Collection "probes": _id = silo, at. Nobody reads it: that it can be written is all it tells.

/// <summary>Writes where the job documents are, and as durably.</summary>
internal sealed class MongoStorageProbe(IMongoDatabase database, ILocalSiloDetails silo, TimeProvider clock) : IStorageProbe
{
    private static readonly ReplaceOptions Upsert = new() { IsUpsert = true };

    private readonly IMongoCollection<BsonDocument> _probes = database.GetCollection<BsonDocument>("probes");
    private readonly string _id = silo.SiloAddress.Endpoint.ToString();

    public Task WriteAsync(CancellationToken cancellationToken) => _probes.ReplaceOneAsync(
        new BsonDocument("_id", _id), new BsonDocument { { "_id", _id }, { "at", clock.GetUtcNow().UtcDateTime } }, Upsert, cancellationToken);
}
