using Orleans.Streams.PubSub;

namespace JobRequests.Testing.Streams;

/// <summary>
/// What applications expect of any Orleans stream provider: explicit and implicit subscriptions of grains and clients, batches, filters, the
/// request context, stored tokens. Run against each provider; where one differs on purpose, override that one test and skip it with the reason.
/// </summary>
public abstract class StreamProviderConformance(StreamProviderFixture fixture)
{
    public const string Provider = "streams";
    public const string Filtered = "filtered";
    public const string BinaryStorage = "binary";
    public const string Shapes = "shapes";
    public const string Circles = "circles";
    public const string Tokens = "tokens";
    public const string Tenant = "tenant";

    public const string Explicit = "explicit";

    private const string ImplicitOnly = "The provider has implicit subscriptions only.";

    private readonly string _key = Guid.NewGuid().ToString();

    private DeliveryLog Log => fixture.Log;

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public virtual async Task Producer_and_consumer_may_each_be_grain_or_client(bool clientProduces, bool clientConsumes)
    {
        Assert.SkipUnless(fixture.HasExplicitSubscriptions, ImplicitOnly);
        var stream = StreamId.Create(Explicit, _key);
        if (clientConsumes) await SubscribeClientAsync(stream);
        else await Subscriber(_key).Subscribe(Provider, stream);

        if (clientProduces) await SendAsync(stream, 0, 1, 2);
        else await Subscriber("producer").Produce(Provider, stream, [0, 1, 2]);

        await Log.UntilAsync(_key, 3);
        Assert.Equal([0, 1, 2], Log.NumbersOf(_key));
    }

    [Fact]
    public virtual async Task Every_consumer_of_a_stream_gets_everything()
    {
        Assert.SkipUnless(fixture.HasExplicitSubscriptions, ImplicitOnly);
        var stream = StreamId.Create(Explicit, _key);
        var consumers = Enumerable.Range(0, 5).Select(number => $"{_key}-{number}").ToArray();
        foreach (var consumer in consumers) await Subscriber(consumer).Subscribe(Provider, stream);

        await Task.WhenAll(Subscriber("one").Produce(Provider, stream, [1, 2, 3]), Subscriber("two").Produce(Provider, stream, [11, 12, 13]));

        foreach (var consumer in consumers)
        {
            await Log.UntilAsync(consumer, 6);
            Assert.Equal([1, 2, 3], Log.NumbersOf(consumer).Where(number => number < 10));
            Assert.Equal([11, 12, 13], Log.NumbersOf(consumer).Where(number => number > 10));
        }
    }

    [Fact]
    public virtual async Task Streams_do_not_mix()
    {
        Assert.SkipUnless(fixture.HasExplicitSubscriptions, ImplicitOnly);
        var consumers = Enumerable.Range(0, 20).Select(number => $"{_key}-{number}").ToArray();
        await Task.WhenAll(consumers.Select(consumer => Subscriber(consumer).Subscribe(Provider, StreamId.Create(Explicit, consumer))));
        await Subscriber(_key).Subscribe(Provider, StreamId.Create("another", consumers[0]));

        await Task.WhenAll(consumers.Select((consumer, number) => SendAsync(StreamId.Create(Explicit, consumer), number, number + 100)));
        await SendAsync(StreamId.Create("another", consumers[0]), 7);

        foreach (var (number, consumer) in consumers.Index())
        {
            await Log.UntilAsync(consumer, 2);
            Assert.Equal([number, number + 100], Log.NumbersOf(consumer));
        }

        await Log.UntilAsync(_key, 1);
        Assert.Equal([7], Log.NumbersOf(_key));
    }

    [Fact]
    public virtual async Task A_grain_may_produce_before_it_consumes_its_own_stream()
    {
        Assert.SkipUnless(fixture.HasExplicitSubscriptions, ImplicitOnly);
        var stream = StreamId.Create(Explicit, _key);
        await Subscriber(_key).Produce(Provider, stream, [1]);
        await Subscriber(_key).Subscribe(Provider, stream);

        await Subscriber(_key).Produce(Provider, stream, [2]);

        // Whether it gets the first one is not promised.
        await UntilNumberAsync(_key, 2);
    }

    [Fact]
    public virtual async Task A_busy_new_subscriber_gets_what_came_meanwhile()
    {
        Assert.SkipUnless(fixture.HasExplicitSubscriptions, ImplicitOnly);
        var (stream, quick) = (StreamId.Create(Explicit, _key), $"{_key}-quick");
        await Subscriber(quick).Subscribe(Provider, stream);
        await SendAsync(stream, 1);
        await Log.UntilAsync(quick, 1);

        await Subscriber(_key).SubscribeAndProduce(Provider, stream, 2, other: quick, count: 2);

        await UntilNumberAsync(_key, 2);
    }

    [Fact]
    public virtual async Task A_grain_may_subscribe_several_times()
    {
        Assert.SkipUnless(fixture.HasExplicitSubscriptions, ImplicitOnly);
        var stream = StreamId.Create(Explicit, _key);
        var (one, two) = (await Subscriber(_key).Subscribe(Provider, stream), await Subscriber(_key).Subscribe(Provider, stream));
        Assert.NotEqual(one, two);
        Assert.Equal(2, await Subscriber(_key).CountSubscriptions(Provider, stream));

        await SendAsync(stream, 0, 1, 2);

        await Log.UntilAsync(_key, 6);
        Assert.Equal([0, 1, 2], Log.NumbersOf(_key, one));
        Assert.Equal([0, 1, 2], Log.NumbersOf(_key, two));
    }

    [Fact]
    public virtual async Task A_subscription_that_ended_gets_nothing_more()
    {
        Assert.SkipUnless(fixture.HasExplicitSubscriptions, ImplicitOnly);
        var stream = StreamId.Create(Explicit, _key);
        var one = await Subscriber(_key).Subscribe(Provider, stream);
        await SendAsync(stream, 1);
        await Log.UntilAsync(_key, 1);
        var two = await Subscriber(_key).Subscribe(Provider, stream);
        await SendAsync(stream, 2);
        await Log.UntilAsync(_key, 3);

        await Subscriber(_key).Unsubscribe(one);
        await SendAsync(stream, 3);
        await UntilNumberAsync(_key, 3);
        await Subscriber(_key).Unsubscribe(two);
        Assert.Equal(0, await Subscriber(_key).CountSubscriptions(Provider, stream));
        var three = await Subscriber(_key).Subscribe(Provider, stream);
        await SendAsync(stream, 4);
        await UntilNumberAsync(_key, 4);

        Assert.Equal([1, 2], Log.NumbersOf(_key, one));
        Assert.Equal([3], Log.NumbersOf(_key, two).Where(number => number != 2));
        Assert.Equal([4], Log.NumbersOf(_key, three));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public virtual async Task A_subscription_that_is_resumed_goes_on_without_repeats(bool byTheNextActivation)
    {
        Assert.SkipUnless(fixture.HasExplicitSubscriptions, ImplicitOnly);
        var stream = StreamId.Create(Explicit, _key);
        var subscription = await Subscriber(_key).Subscribe(Provider, stream);
        await SendAsync(stream, 0, 1);
        await Log.UntilAsync(_key, 2);

        if (byTheNextActivation) await Subscriber(_key).Deactivate();
        else await Subscriber(_key).Resume(subscription);
        await SendAsync(stream, 2);

        await Log.UntilAsync(_key, 3);
        Assert.Equal([0, 1, 2], Log.NumbersOf(_key, subscription));
        Assert.Equal(1, await Subscriber(_key).CountSubscriptions(Provider, stream));
    }

    [Fact]
    public virtual async Task Others_may_manage_the_subscriptions_of_a_grain()
    {
        Assert.SkipUnless(fixture.HasExplicitSubscriptions, ImplicitOnly);
        Assert.True(fixture.Streams().TryGetStreamSubscriptionManager(out var manager));
        var stream = StreamId.Create(Explicit, _key);
        var one = await manager.AddSubscription<IManagedGrain>(fixture.Grains, stream, Provider, _key);
        await manager.AddSubscription<IManagedGrain>(fixture.Grains, stream, Provider, $"{_key}-other");
        await SendAsync(stream, 0);
        await Log.UntilAsync(_key, 1);
        await Log.UntilAsync($"{_key}-other", 1);
        Assert.Equal(2, (await manager.GetSubscriptions(Provider, stream)).Count());

        await manager.RemoveSubscription(Provider, stream, one.SubscriptionId);
        await SendAsync(stream, 1);

        await Log.UntilAsync($"{_key}-other", 2);
        Assert.Single(await manager.GetSubscriptions(Provider, stream));
        Assert.Equal([0], Log.NumbersOf(_key));
    }

    [Theory]
    [InlineData("even", new[] { 0, 2, 4 })]
    [InlineData("3", new[] { 3 })]
    [InlineData("throw", new[] { 0, 1, 2, 3, 4, 5 })]
    public virtual async Task A_filter_keeps_items_from_a_subscription(string filter, int[] delivered)
    {
        Assert.SkipUnless(fixture.HasExplicitSubscriptions, ImplicitOnly);
        var stream = StreamId.Create(Explicit, _key);
        await Subscriber(_key).Subscribe(Filtered, stream, filter);
        await Subscriber($"{_key}-last").Subscribe(Filtered, stream, "5");
        var items = fixture.Streams(Filtered).GetStream<Numbered>(stream);

        // At once, so that they gather while the first is delivered.
        await Task.WhenAll(Enumerable.Range(0, 6).Select(number => items.OnNextAsync(new Numbered(_key, number))));

        await Log.UntilAsync($"{_key}-last", 1);
        await Log.UntilAsync(_key, delivered.Length);
        Assert.Equal(delivered, Log.NumbersOf(_key).Order());
        Assert.Equal([5], Log.NumbersOf($"{_key}-last"));
    }

    [Fact]
    public virtual async Task Implicit_consumers_get_items_of_derived_types_in_order()
    {
        var stream = fixture.Streams().GetStream<Shape>(StreamId.Create(Shapes, _key));
        await stream.OnNextAsync(new Circle(1));
        await stream.OnNextBatchAsync([new Square(2), new Circle(3)]);

        var given = await Log.UntilAsync(_key, 3);

        Assert.Equal([new Circle(1), new Square(2), new Circle(3)], given.Select(delivery => delivery.Item));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public virtual async Task A_batch_observer_gets_every_item_once(bool sentAsBatch)
    {
        var stream = fixture.Streams().GetStream<Shape>(StreamId.Create(Circles, _key));
        Circle[] items = [.. Enumerable.Range(0, 10).Select(size => new Circle(size))];
        if (sentAsBatch) await stream.OnNextBatchAsync(items);
        else foreach (var item in items) await stream.OnNextAsync(item);

        var given = await Log.UntilAsync(_key, 10);

        Assert.Equal(items, given.Select(delivery => delivery.Item));
        Assert.Equal(given.Select(delivery => delivery.Token!), given.Select(delivery => delivery.Token!).Distinct());
    }

    [Fact]
    public virtual async Task A_consumer_is_told_of_an_item_of_another_type()
    {
        var stream = fixture.Streams().GetStream<Shape>(StreamId.Create(Circles, _key));
        await stream.OnNextAsync(new Circle(1));
        await Log.UntilAsync(_key, 1);

        await stream.OnNextAsync(new Square(2));
        await stream.OnNextAsync(new Circle(3));

        var given = await Log.UntilAsync(_key, 3);
        Assert.IsAssignableFrom<Exception>(given[1].Item);
        Assert.Equal([new Circle(1), new Circle(3)], given.Select(delivery => delivery.Item).OfType<Shape>().Distinct());
    }

    [Fact]
    public virtual async Task The_request_context_reaches_the_consumer_and_its_call_filter()
    {
        var stream = fixture.Streams().GetStream<Shape>(StreamId.Create(Shapes, _key));
        for (var number = 0; number < 6; number++)
        {
            RequestContext.Set(Tenant, $"tenant {number / 2}");
            await stream.OnNextAsync(new Circle(number));
        }

        RequestContext.Clear();
        await stream.OnNextAsync(new Circle(6));

        var given = await Log.UntilAsync(_key, 7);
        Assert.Equal(["tenant 0", "tenant 0", "tenant 1", "tenant 1", "tenant 2", "tenant 2", null], given.Select(delivery => delivery.Tenant));
        Assert.Equal(
            ["tenant 0", "tenant 1", "tenant 2", null],
            Log.Of($"filter of {_key}").Select(delivery => delivery.Tenant).Distinct());
    }

    [Fact]
    public virtual async Task Items_that_are_delivered_together_have_one_request_context()
    {
        var stream = fixture.Streams().GetStream<Shape>(StreamId.Create(Circles, _key));
        var sent = new List<Task>();
        for (var number = 0; number < 20; number++)
        {
            RequestContext.Set(Tenant, $"tenant {number / 10}");
            sent.Add(stream.OnNextAsync(new Circle(number)));
        }

        RequestContext.Clear();
        await Task.WhenAll(sent);

        var given = await Log.UntilAsync(_key, 20);
        Assert.All(given, delivery => Assert.Equal($"tenant {((Circle)delivery.Item).Size / 10}", delivery.Tenant));
    }

    [Fact]
    public virtual async Task Null_is_refused_or_delivered_but_not_lost()
    {
        var stream = fixture.Streams().GetStream<Shape?>(StreamId.Create(Shapes, _key));
        var refused = await Record.ExceptionAsync(() => stream.OnNextAsync(null));
        if (refused is null) await Log.UntilAsync(_key, 1);
        else Assert.IsType<ArgumentNullException>(refused);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public virtual async Task A_stored_token_can_be_read_again(bool binary)
    {
        await fixture.Streams().GetStream<Numbered>(StreamId.Create(Tokens, _key)).OnNextAsync(new Numbered(_key, 1));
        var given = await Log.UntilAsync(_key, 1);

        var stored = await fixture.Grains.GetGrain<ITokenKeeperGrain>(_key).ReadAgain(binary);

        Assert.Equal(TokenKeeperGrain.Describe(given[0].Token), stored);
    }

    private ISubscriberGrain Subscriber(string key) => fixture.Grains.GetGrain<ISubscriberGrain>(key);

    private async Task SendAsync(StreamId stream, params int[] numbers)
    {
        foreach (var number in numbers) await fixture.Streams().GetStream<Numbered>(stream).OnNextAsync(new Numbered("", number));
    }

    private async Task SubscribeClientAsync(StreamId stream) => await fixture.Streams().GetStream<Numbered>(stream).SubscribeAsync(new Observer(Log, _key));

    private async Task UntilNumberAsync(string consumer, int number)
    {
        for (var count = 1; !Log.NumbersOf(consumer).Contains(number); count++) await Log.UntilAsync(consumer, count);
    }
}
