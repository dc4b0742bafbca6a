using JobRequests.Testing;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Streaming.Diagnostics;

namespace JobRequests.Streaming.InProcess.Tests;

/// <summary>Queues outlive the silos that read them.</summary>
public sealed class RebalanceTests
{
    [Fact]
    public async Task No_event_is_lost_while_silos_join_and_leave()
    {
        await using var cluster = await StartAsync(new InProcessStreamHub(), AcknowledgeWhen.Enqueued);
        var keys = Enumerable.Range(0, 20).Select(_ => StreamCluster.NewKey()).ToArray();
        var sent = 0;
        using var stop = new CancellationTokenSource();
        var sending = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                foreach (var key in keys) await cluster.SendAsync(key, sent);
                sent++;
                await Task.Delay(1);
            }
        });

        using (var rebalance = new StreamingEventWatch<StreamingEvents.PullingAgentStopped>(cluster))
        {
            var joined = await cluster.Cluster.StartAdditionalSiloAsync();
            await rebalance.Seen.WaitAsync(StreamCluster.WaitLimit);
            await cluster.Cluster.StopSiloAsync(joined);
        }

        await stop.CancelAsync();
        await sending;

        foreach (var key in keys)
        {
            await cluster.UntilReceivedAsync(key, sent - 1);
            Assert.Equal(Enumerable.Range(0, sent), cluster.Script.FirstOccurrences(key).Order());
        }
    }

    [Fact]
    public async Task A_waiting_producer_is_told_when_the_last_silo_stops()
    {
        var cluster = await StartAsync(new InProcessStreamHub(), AcknowledgeWhen.Delivered);
        var (reached, released) = (new TaskCompletionSource(), new TaskCompletionSource());
        cluster.Script.Handling = (_, _) =>
        {
            reached.TrySetResult();
            return released.Task;
        };
        var key = StreamCluster.NewKey();
        var sent = new List<Task> { cluster.SendAsync(key, 0) };
        await reached.Task.WaitAsync(StreamCluster.WaitLimit);
        sent.AddRange(Enumerable.Range(1, 5).Select(number => cluster.SendAsync(key, number)));
        using var rebalance = new StreamingEventWatch<StreamingEvents.PullingAgentStopped>(cluster);

        var stopping = cluster.DisposeAsync().AsTask();
        await rebalance.Seen.WaitAsync(StreamCluster.WaitLimit);
        released.SetResult();
        await stopping.WaitAsync(StreamCluster.WaitLimit);

        var received = cluster.Script.Received(key);
        for (var number = 0; number < sent.Count; number++)
        {
            Assert.True(sent[number].IsCompleted, $"The producer of event {number} was left waiting.");
            if (sent[number].IsFaulted) Assert.IsType<StreamDeliveryFailedException>(sent[number].Exception!.InnerException);
            else Assert.Contains(number, received);
        }
    }

    [Fact]
    public async Task The_next_silo_delivers_what_the_last_one_queued()
    {
        var hub = new InProcessStreamHub();
        var key = StreamCluster.NewKey();
        var first = await StartAsync(hub, AcknowledgeWhen.Enqueued);
        var (reached, released) = (new TaskCompletionSource(), new TaskCompletionSource());
        first.Script.Handling = (_, _) =>
        {
            reached.TrySetResult();
            return released.Task;
        };
        await first.SendAsync(key, 0);
        await reached.Task.WaitAsync(StreamCluster.WaitLimit);
        await first.SendAsync(key, Enumerable.Range(1, 9));
        using var rebalance = new StreamingEventWatch<StreamingEvents.PullingAgentStopped>(first);
        var stopping = first.DisposeAsync().AsTask();
        // Until its agent has stopped, the first silo would go on with what is queued.
        await rebalance.Seen.WaitAsync(StreamCluster.WaitLimit);
        released.SetResult();
        await stopping.WaitAsync(StreamCluster.WaitLimit);

        await using var second = await StartAsync(hub, AcknowledgeWhen.Enqueued);

        await second.UntilReceivedAsync(key, 9);
        Assert.Equal(Enumerable.Range(0, 10), first.Script.Received(key).Concat(second.Script.Received(key)).Distinct());
    }

    private static Task<StreamCluster> StartAsync(InProcessStreamHub hub, AcknowledgeWhen acknowledgeWhen) => StreamCluster.StartAsync(silo =>
    {
        silo.Services.AddSingleton(hub);
        silo.AddInProcessStreams(StreamConformance.Provider, options => options.Configure(stream => stream.AcknowledgeWhen = acknowledgeWhen));
    });
}
