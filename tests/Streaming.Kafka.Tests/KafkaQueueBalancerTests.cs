using System.Net;
using JobRequests.Streaming.Kafka.Streams;
using Orleans.Streams;

namespace JobRequests.Streaming.Kafka.Tests;

public sealed class KafkaQueueBalancerTests
{
    [Theory]
    [InlineData(16, 1)]
    [InlineData(16, 3)]
    [InlineData(16, 5)]
    [InlineData(4, 7)]
    [InlineData(64, 10)]
    public void Every_queue_has_one_owner_and_silos_equal_shares(int queues, int silos)
    {
        var assignment = KafkaQueueBalancer.Assign(Queues(queues), Silos(silos));

        Assert.Equal(queues, assignment.Values.SelectMany(owned => owned).Distinct().Count());
        Assert.Equal(queues, assignment.Values.Sum(owned => owned.Count));
        Assert.True(assignment.Values.Max(owned => owned.Count) - assignment.Values.Min(owned => owned.Count) <= 1);
    }

    [Fact]
    public void All_silos_compute_the_same_assignment()
    {
        var forward = KafkaQueueBalancer.Assign(Queues(16), Silos(5));
        var backward = KafkaQueueBalancer.Assign([.. Queues(16).Reverse()], [.. Silos(5).Reverse()]);

        foreach (var silo in Silos(5)) Assert.Equal(forward[silo], backward[silo]);
    }

    [Fact]
    public void Few_queues_move_when_a_silo_goes()
    {
        var (before, after) = (KafkaQueueBalancer.Assign(Queues(64), Silos(8)), KafkaQueueBalancer.Assign(Queues(64), [.. Silos(8).Skip(1)]));

        var moved = before.Skip(0).Where(owned => after.ContainsKey(owned.Key)).Sum(owned => owned.Value.Except(after[owned.Key]).Count());

        // Those of the lost silo must move; of the other 56, modulo would move almost all.
        Assert.InRange(moved, 0, 24);
    }

    [Fact]
    public void Without_silos_there_is_nothing_to_own() => Assert.Empty(KafkaQueueBalancer.Assign(Queues(4), []));

    private static QueueId[] Queues(int count) => [.. new KafkaQueueMapper("jobs", count).GetAllQueues()];

    private static SiloAddress[] Silos(int count) =>
        [.. Enumerable.Range(0, count).Select(number => SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 11111 + number), 7))];
}
