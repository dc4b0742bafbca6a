using JobRequests.Grains;
using JobRequests.Streaming.Kafka;

namespace JobRequests.Silo;

/// <summary>What of <c>finalevents</c> waits in the partitions that this silo reads.</summary>
internal sealed class KafkaViewFeed(KafkaStreamStatus status, TimeProvider clock) : IViewFeed
{
    private readonly Dictionary<int, long> _caughtUp = [];

    public TimeSpan ReadLag()
    {
        var now = clock.GetTimestamp();
        var lag = TimeSpan.Zero;
        foreach (var partition in status.GetPartitions())
        {
            // What was read says itself how old it is. What was not is at most as old as the last look at which nothing was left.
            if (partition.Lag is null or 0 || partition.OldestUncommittedAge is not null) _caughtUp[partition.Partition] = now;
            var behind = partition.OldestUncommittedAge ?? clock.GetElapsedTime(_caughtUp.GetValueOrDefault(partition.Partition, now), now);
            lag = behind > lag ? behind : lag;
        }

        return lag;
    }
}
