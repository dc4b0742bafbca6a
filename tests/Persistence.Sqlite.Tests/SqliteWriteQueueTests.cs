namespace JobRequests.Persistence.Sqlite.Tests;

public sealed class SqliteWriteQueueTests
{
    private readonly SqliteWriteQueue _queue = new(maxGroupSize: 4, coalesceWindow: TimeSpan.FromHours(1));
    private readonly List<WriteOperation> _group = [];

    [Fact]
    public void A_closed_queue_is_emptied_and_takes_nothing_more()
    {
        for (var i = 0; i < 5; i++)
            Assert.True(_queue.TryEnqueue(Operation(WritePriority.Now)));
        Assert.True(_queue.TryEnqueue(Operation(WritePriority.Soon)));
        _queue.Close();

        Assert.False(_queue.TryEnqueue(Operation(WritePriority.Now)));
        Assert.True(_queue.Take(_group));
        Assert.Equal(4, _group.Count);
        _group.Clear();
        Assert.True(_queue.Take(_group));
        Assert.Equal([WritePriority.Now, WritePriority.Soon], _group.Select(static operation => operation.Priority));
        Assert.False(_queue.Take(_group));
    }

    [Fact]
    public void Urgent_operations_are_given_out_in_the_order_they_came()
    {
        var operations = Enumerable.Range(0, 4).Select(static _ => Operation(WritePriority.Now)).ToList();
        operations.ForEach(operation => _queue.TryEnqueue(operation));

        Assert.True(_queue.Take(_group));

        Assert.Equal(operations, _group);
    }

    private static WriteOperation<int> Operation(WritePriority priority) => new(static _ => 0, priority, CancellationToken.None);
}
