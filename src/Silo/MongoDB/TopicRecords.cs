using MongoDB.Bson;
using MongoDB.Driver;

namespace JobRequests.Silo;

// Collection "topics": _id = topic, partitions. Written once, by the first silo that uses the topic.
/// <summary>Remembers how many partitions a topic had when it was first used: with another count a job's commands would overtake each other.</summary>
internal sealed class TopicRecords(IMongoDatabase database)
{
    private const string Partitions = "partitions";

    private readonly IMongoCollection<BsonDocument> _topics = database.GetCollection<BsonDocument>("topics");

    /// <summary>Records the count of a topic that is new.</summary>
    /// <returns>The recorded count.</returns>
    public async Task<int> RecordAsync(string topic, int partitions, CancellationToken cancellationToken)
    {
        try
        {
            await _topics.InsertOneAsync(new BsonDocument { { "_id", topic }, { Partitions, partitions } }, cancellationToken: cancellationToken);
        }
        catch (MongoWriteException exception) when (exception.WriteError.Category == ServerErrorCategory.DuplicateKey)
        {
            // Not the first one.
        }

        return await ReadAsync(topic, cancellationToken) ?? partitions;
    }

    public async Task<int?> ReadAsync(string topic, CancellationToken cancellationToken)
    {
        using var found = await _topics.FindAsync(new BsonDocument("_id", topic), cancellationToken: cancellationToken);
        return await found.FirstOrDefaultAsync(cancellationToken) is { } record ? record[Partitions].ToInt32() : null;
    }
}

/// <summary>Tells gateways, which do not read MongoDB themselves.</summary>
[GrainType("topic-record")]
internal sealed class TopicRecordGrain(TopicRecords records) : Grain, Grains.Abstractions.ITopicRecordGrain
{
    public Task<int?> ReadPartitions() => records.ReadAsync(this.GetPrimaryKeyString(), CancellationToken.None);
}
