using System.Collections.Concurrent;
using JobRequests.Testing;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace JobRequests.Streaming.Kafka.Tests;

/// <summary>What consumers that give up were given, and on what they do.</summary>
internal sealed class BlockScript
{
    private readonly ConcurrentDictionary<string, List<int>> _handled = new();

    /// <summary>What a consumer cannot handle.</summary>
    public Func<string, int, bool> IsBad { get; set; } = static (_, _) => false;

    public int[] Handled(string stream)
    {
        var handled = _handled.GetOrAdd(stream, static _ => []);
        lock (handled) return [.. handled];
    }

    public void Handle(string stream, int number)
    {
        var handled = _handled.GetOrAdd(stream, static _ => []);
        lock (handled) handled.Add(number);
    }
}

internal interface IBlockedConsumerGrain : IGrainWithStringKey;

/// <summary>Gives a record up at once that it cannot handle.</summary>
[ImplicitStreamSubscription(Namespace)]
internal sealed class BlockedConsumerGrain(BlockScript script, [FromKeyedServices(StreamConformance.Provider)] KafkaDeadLettering deadLetters)
    : Grain, IBlockedConsumerGrain, IStreamSubscriptionObserver, IAsyncBatchObserver<Numbered>
{
    public const string Namespace = "blocked";

    public async Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => await handleFactory.Create<Numbered>().ResumeAsync(this);

    public async Task OnNextAsync(IList<SequentialItem<Numbered>> items)
    {
        var key = this.GetPrimaryKeyString();
        foreach (var item in items)
        {
            if (script.IsBad(key, item.Item.Number))
            {
                if (!await deadLetters.DeadLetterAsync(StreamId.Create(Namespace, key), item.Token!, "bad", "told to", attempts: 1))
                    throw new InvalidOperationException("It comes again.");
                return;
            }

            script.Handle(key, item.Item.Number);
        }
    }

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;
}
