namespace JobRequests.Grains.Abstractions;

/// <summary>What is recorded of one Kafka topic; the key is the topic's name.</summary>
[GrainInterfaceType("jobs.topic-record"), Alias("jobs.ITopicRecordGrain")]
public interface ITopicRecordGrain : IGrainWithStringKey
{
    /// <summary>The partition count that the topic had when it was first used, or null for a topic that no silo has used.</summary>
    [Alias("ReadPartitions")]
    Task<int?> ReadPartitions();
}
