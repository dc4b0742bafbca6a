using Microsoft.Extensions.DependencyInjection;
using Orleans.Streams;
using Orleans.Streams.Core;
using Orleans.Streams.Filtering;

namespace JobRequests.Testing.Streams;

/// <summary>A kind of item and two that derive from it.</summary>
[GenerateSerializer, Alias("testing.shape")]
public record Shape([property: Id(0)] int Size);

[GenerateSerializer, Immutable, Alias("testing.circle")]
public sealed record Circle(int Size) : Shape(Size);

[GenerateSerializer, Immutable, Alias("testing.square")]
public sealed record Square(int Size) : Shape(Size);

/// <summary>Produces, and subscribes by itself.</summary>
[Alias("testing.subscriber")]
public interface ISubscriberGrain : IGrainWithStringKey
{
    [Alias("subscribe")]
    Task<Guid> Subscribe(string provider, StreamId stream, string? filter = null);

    /// <summary>Attaches a new observer to a subscription.</summary>
    [Alias("resume")]
    Task Resume(Guid subscription);

    [Alias("unsubscribe")]
    Task Unsubscribe(Guid subscription);

    [Alias("count")]
    Task<int> CountSubscriptions(string provider, StreamId stream);

    [Alias("produce")]
    Task Produce(string provider, StreamId stream, int[] numbers, string? tenant = null);

    /// <summary>Subscribes, produces, and in the same call waits until another consumer was given so many items.</summary>
    [Alias("subscribe-and-produce")]
    Task SubscribeAndProduce(string provider, StreamId stream, int number, string other, int count);

    /// <summary>Ends the activation. The next one attaches to the subscriptions to the stream of its own key.</summary>
    [Alias("deactivate")]
    Task Deactivate();
}

internal sealed class SubscriberGrain(DeliveryLog log) : Grain, ISubscriberGrain
{
    private readonly Dictionary<Guid, StreamSubscriptionHandle<Numbered>> _handles = [];

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var own = Stream(StreamProviderConformance.Provider, StreamId.Create(StreamProviderConformance.Explicit, this.GetPrimaryKeyString()));
        foreach (var handle in await own.GetAllSubscriptionHandles()) await AttachAsync(handle);
    }

    public async Task<Guid> Subscribe(string provider, StreamId stream, string? filter)
    {
        // The handle is known when the first item may already be there.
        var observer = new Observer(log, this.GetPrimaryKeyString());
        var handle = await Stream(provider, stream).SubscribeAsync(observer, null, filter);
        observer.Subscription = handle.HandleId;
        _handles[handle.HandleId] = handle;
        return handle.HandleId;
    }

    public async Task SubscribeAndProduce(string provider, StreamId stream, int number, string other, int count)
    {
        await Subscribe(provider, stream, null);
        await Produce(provider, stream, [number], null);
        await log.UntilAsync(other, count);
    }

    public Task Resume(Guid subscription) => AttachAsync(_handles[subscription]);

    public async Task Unsubscribe(Guid subscription)
    {
        _handles.Remove(subscription, out var handle);
        await handle!.UnsubscribeAsync();
    }

    public async Task<int> CountSubscriptions(string provider, StreamId stream) => (await Stream(provider, stream).GetAllSubscriptionHandles()).Count;

    public async Task Produce(string provider, StreamId stream, int[] numbers, string? tenant)
    {
        if (tenant is not null) RequestContext.Set(StreamProviderConformance.Tenant, tenant);
        foreach (var number in numbers) await Stream(provider, stream).OnNextAsync(new Numbered("", number));
    }

    public Task Deactivate()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    private async Task AttachAsync(StreamSubscriptionHandle<Numbered> handle) =>
        _handles[handle.HandleId] = await handle.ResumeAsync(new Observer(log, this.GetPrimaryKeyString()) { Subscription = handle.HandleId });

    private IAsyncStream<Numbered> Stream(string provider, StreamId stream) =>
        ServiceProvider.GetRequiredKeyedService<IStreamProvider>(provider).GetStream<Numbered>(stream);
}

/// <summary>Tells the log what it is given.</summary>
internal sealed class Observer(DeliveryLog log, string consumer) : IAsyncObserver<Numbered>
{
    public Guid Subscription { get; set; }

    public Task OnNextAsync(Numbered item, StreamSequenceToken? token = null)
    {
        log.Add(new Delivery(consumer, Subscription, item, token, log.NextCall(), RequestContext.Get(StreamProviderConformance.Tenant) as string));
        return Task.CompletedTask;
    }

    public Task OnErrorAsync(Exception ex)
    {
        log.Add(new Delivery(consumer, Subscription, ex, null, log.NextCall(), null));
        return Task.CompletedTask;
    }
}

/// <summary>Takes shapes from streams of its namespace one by one. Its call filter notes what context the delivery came with.</summary>
[Alias("testing.shapes")]
public interface IShapesGrain : IGrainWithStringKey;

[ImplicitStreamSubscription(StreamProviderConformance.Shapes)]
internal sealed class ShapesGrain(DeliveryLog log) : Grain, IShapesGrain, IStreamSubscriptionObserver, IAsyncObserver<Shape>, IIncomingGrainCallFilter
{
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        if (context.MethodName == "DeliverBatch")
            log.Add(new Delivery($"filter of {this.GetPrimaryKeyString()}", default, context.MethodName, null, log.NextCall(),
                RequestContext.Get(StreamProviderConformance.Tenant) as string));
        await context.Invoke();
    }

    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => handleFactory.Create<Shape>().ResumeAsync(this);

    public Task OnNextAsync(Shape item, StreamSequenceToken? token = null)
    {
        log.Add(new Delivery(this.GetPrimaryKeyString(), default, item, token, log.NextCall(), RequestContext.Get(StreamProviderConformance.Tenant) as string));
        return Task.CompletedTask;
    }

    public Task OnErrorAsync(Exception ex)
    {
        log.Add(new Delivery(this.GetPrimaryKeyString(), default, ex, null, log.NextCall(), null));
        return Task.CompletedTask;
    }
}

/// <summary>Takes circles only, in batches.</summary>
[Alias("testing.circles")]
public interface ICirclesGrain : IGrainWithStringKey;

[ImplicitStreamSubscription(StreamProviderConformance.Circles)]
internal sealed class CirclesGrain(DeliveryLog log) : Grain, ICirclesGrain, IStreamSubscriptionObserver, IAsyncBatchObserver<Circle>
{
    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => handleFactory.Create<Circle>().ResumeAsync(this);

    public Task OnNextAsync(IList<SequentialItem<Circle>> items)
    {
        var call = log.NextCall();
        foreach (var item in items)
            log.Add(new Delivery(
                this.GetPrimaryKeyString(), default, item.Item, item.Token, call, RequestContext.Get(StreamProviderConformance.Tenant) as string));
        return Task.CompletedTask;
    }

    public Task OnErrorAsync(Exception ex)
    {
        log.Add(new Delivery(this.GetPrimaryKeyString(), default, ex, null, log.NextCall(), null));
        return Task.CompletedTask;
    }
}

/// <summary>Is subscribed by others, through the subscription manager.</summary>
[Alias("testing.managed")]
public interface IManagedGrain : IGrainWithStringKey;

internal sealed class ManagedGrain(DeliveryLog log) : Grain, IManagedGrain, IStreamSubscriptionObserver
{
    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) =>
        handleFactory.Create<Numbered>().ResumeAsync(new Observer(log, this.GetPrimaryKeyString()));
}

/// <summary>Stores the token of the last item it was given.</summary>
[Alias("testing.token-keeper")]
public interface ITokenKeeperGrain : IGrainWithStringKey
{
    /// <summary>The token as its storage gives it back.</summary>
    [Alias("read")]
    Task<string?> ReadAgain(bool binary);
}

[GenerateSerializer, Alias("testing.kept-token")]
public sealed class KeptToken
{
    [Id(0)]
    public StreamSequenceToken? Token { get; set; }
}

[ImplicitStreamSubscription(StreamProviderConformance.Tokens)]
internal sealed class TokenKeeperGrain(
    DeliveryLog log,
    [PersistentState("json")] IPersistentState<KeptToken> json,
    [PersistentState("binary", StreamProviderConformance.BinaryStorage)] IPersistentState<KeptToken> binary)
    : Grain, ITokenKeeperGrain, IStreamSubscriptionObserver, IAsyncObserver<Numbered>
{
    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => handleFactory.Create<Numbered>().ResumeAsync(this);

    public async Task OnNextAsync(Numbered item, StreamSequenceToken? token = null)
    {
        (json.State.Token, binary.State.Token) = (token, token);
        await json.WriteStateAsync();
        await binary.WriteStateAsync();
        log.Add(new Delivery(this.GetPrimaryKeyString(), default, item, token, log.NextCall(), null));
    }

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;

    public async Task<string?> ReadAgain(bool isBinary)
    {
        var state = isBinary ? binary : json;
        await state.ReadStateAsync();
        return Describe(state.State.Token);
    }

    public static string? Describe(StreamSequenceToken? token) => token is null ? null : $"{token.GetType().Name} {token.SequenceNumber}.{token.EventIndex}";
}

/// <summary>Delivers even numbers, or the one that it is told; fails when it is told to.</summary>
internal sealed class NumberFilter : IStreamFilter
{
    public bool ShouldDeliver(StreamId streamId, object item, string? filterData) => (filterData, item) switch
    {
        ("throw", _) => throw new InvalidOperationException("This filter fails."),
        ("even", Numbered numbered) => numbered.Number % 2 == 0,
        ({ } only, Numbered numbered) => numbered.Number == int.Parse(only, System.Globalization.CultureInfo.InvariantCulture),
        _ => true,
    };
}
