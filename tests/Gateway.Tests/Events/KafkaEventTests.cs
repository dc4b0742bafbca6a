using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using JobRequests.Gateway.Events;
using JobRequests.Gateway.JobRequests;
using JobRequests.Gateway.Tests.Hosting;
using JobRequests.Grains.Abstractions;
using JobRequests.Streaming.Kafka;
using JobRequests.Testing.Backends;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace JobRequests.Gateway.Tests.Events;

/// <summary>The feed on a topic of its own.</summary>
public sealed class KafkaEventTests
{
    private const int Partitions = 3;

    [Fact]
    public async Task A_gateway_begins_with_existing_events_then_new_ones()
    {
        await using var topic = await Topic.CreateAsync();
        await topic.WriteAsync(Facts.Requested(Facts.Job(1)));
        await using var gateway = await topic.StartGatewayAsync();

        await topic.WriteAsync(Facts.Accepted(Facts.Job(1)));

        await gateway.HeardAsync($"{Facts.Job(1)}:1", $"{Facts.Job(1)}:2");
    }

    [Fact]
    public async Task A_record_not_signed_by_the_cluster_is_no_event()
    {
        await using var topic = await Topic.CreateAsync();
        await using var gateway = await topic.StartGatewayAsync();

        await topic.WriteAsync(Facts.Requested(Facts.Job(1)), forged: true);
        await topic.WriteAsync(Facts.Requested(Facts.Job(1)));
        await topic.WriteAsync(Facts.Accepted(Facts.Job(1), "eve"), forged: true);
        await topic.WriteAsync(Facts.Accepted(Facts.Job(1)));

        await gateway.HeardAsync($"{Facts.Job(1)}:1", $"{Facts.Job(1)}:2");
        Assert.Contains("ann", gateway.Events[^1].By);
    }

    [Fact]
    public async Task A_cursor_works_at_every_gateway()
    {
        await using var topic = await Topic.CreateAsync();
        await using var first = await topic.StartGatewayAsync();
        for (var number = 0; number < 20; number++) await topic.WriteAsync(Facts.Requested(Facts.Job(number)));
        await first.CountAsync(20);
        var place = first.Place();

        await using var second = await topic.StartGatewayAsync();
        await second.CountAsync(20);
        for (var number = 0; number < 20; number++) await topic.WriteAsync(Facts.Accepted(Facts.Job(number)));
        await second.CountAsync(40);

        Assert.Equal(Enumerable.Range(0, 20).Select(number => $"{Facts.Job(number)}:2").Order(), second.After(place).Order());
    }

    [Fact]
    public async Task Forgotten_events_are_read_again_up_to_a_bound()
    {
        await using var topic = await Topic.CreateAsync();
        await using var gateway = await topic.StartGatewayAsync();
        var place = gateway.Place();
        for (var number = 0; number < 30; number++) await topic.WriteAsync(Facts.Requested(Facts.Job(number)));
        await gateway.CountAsync(30);
        Assert.True(FeedCursor.TryParse(place, out var from));
        Assert.True(FeedCursor.TryParse(gateway.Place(), out var to));

        var read = await gateway.Log.ReadAsync(from!, to!.ToArray(), CancellationToken.None);
        Assert.Equal(Enumerable.Range(0, 30).Select(Facts.Job), read!.Select(record => record.Event!.JobRequestId).Order());

        await using var bounded = await topic.StartGatewayAsync(("Feed:MaxCatchUp", "29"));
        Assert.Null(await bounded.Log.ReadAsync(from!, to.ToArray(), CancellationToken.None));
    }

    private sealed class Topic : IAsyncDisposable
    {
        private readonly Dictionary<string, string?> _settings;
        private readonly IAdminClient _admin;
        private readonly IProducer<byte[]?, byte[]?> _producer;
        private readonly ServiceProvider _codecs;
        private readonly ServiceProvider _strangersCodecs;

        private Topic(string kafka)
        {
            _settings = new Dictionary<string, string?>
            {
                ["ConnectionStrings:kafka"] = kafka,
                ["Orleans:Streaming:requests:ProviderType"] = "Kafka",
                ["Orleans:Streaming:requests:ConnectionName"] = "kafka",
                ["Orleans:Streaming:requests:Topic"] = "requests",
                ["Records:Secrets:1"] = Convert.ToBase64String(new byte[32]),
                ["Feed:Topic"] = $"feed-{Guid.NewGuid():N}",
            };
            _admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = kafka }).SetLogHandler(static (_, _) => { }).Build();
            _producer = new ProducerBuilder<byte[]?, byte[]?>(
                new ProducerConfig { BootstrapServers = kafka, LingerMs = 0, Partitioner = Partitioner.Murmur2Random })
                .SetKeySerializer(Serializers.ByteArray).SetValueSerializer(Serializers.ByteArray).SetLogHandler(static (_, _) => { }).Build();
            _codecs = Codecs(_settings["Records:Secrets:1"]!);
            _strangersCodecs = Codecs(Convert.ToBase64String(Encoding.ASCII.GetBytes("another secret than the cluster's")));
        }

        private string Name => _settings["Feed:Topic"]!;

        public static async Task<Topic> CreateAsync()
        {
            var topic = new Topic(await Servers.KafkaAsync());
            await topic._admin.CreateTopicsAsync([new TopicSpecification { Name = topic.Name, NumPartitions = Partitions, ReplicationFactor = 1 }]);
            return topic;
        }

        public async Task WriteAsync(JobEvent jobEvent, bool forged = false)
        {
            var record = (forged ? _strangersCodecs : _codecs).GetRequiredKeyedService<IKafkaRecordEncoder>(StreamNames.FinalEvents).Encode(default, jobEvent);
            var message = new Message<byte[]?, byte[]?> { Key = record.Key?.ToArray(), Value = record.Value?.ToArray(), Headers = [] };
            foreach (var header in record.Headers) message.Headers.Add(header.Name, header.Value.ToArray());
            await _producer.ProduceAsync(Name, message);
        }

        public async Task<Reader> StartGatewayAsync(params (string Key, string Value)[] more)
        {
            var builder = Host.CreateEmptyApplicationBuilder(null);
            builder.Configuration.AddInMemoryCollection(_settings)
                .AddInMemoryCollection(more.Select(each => KeyValuePair.Create(each.Key, (string?)each.Value)));
            builder.Services.AddSingleton<IConfiguration>(builder.Configuration).AddLogging().AddSingleton(TimeProvider.System);
            builder.Services.AddSingleton<IJobRequests>(new ScriptedJobs());
            builder.Services.AddJobRecords();
            builder.Services.AddKafkaEvents();
            builder.Services.AddEventFeed();
            var host = builder.Build();
            await host.StartAsync();
            return await Reader.OpenAsync(host);
        }

        public async ValueTask DisposeAsync()
        {
            await _admin.DeleteTopicsAsync([Name]);
            _admin.Dispose();
            _producer.Dispose();
            await _codecs.DisposeAsync();
            await _strangersCodecs.DisposeAsync();
        }

        private static ServiceProvider Codecs(string secret) => new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("Records:Secrets:1", (string?)secret)]).Build())
            .AddJobRecords()
            .BuildServiceProvider();
    }

    private sealed class Reader(IHost host) : IAsyncDisposable
    {
        private readonly List<JobEvent> _events = [];

        public IEventLog Log => host.Services.GetRequiredService<IEventLog>();

        public IReadOnlyList<JobEvent> Events
        {
            get
            {
                lock (_events) return [.. _events];
            }
        }

        private JobEventFeed Feed => host.Services.GetRequiredService<JobEventFeed>();

        public static async Task<Reader> OpenAsync(IHost host)
        {
            var reader = new Reader(host);
            reader.Feed.Subscribe(jobEvent =>
            {
                lock (reader._events) reader._events.Add(jobEvent);
            }, withBuffered: true);
            await UntilAsync(() => reader.Feed.IsOpen, () => "the topic to be read");
            return reader;
        }

        public Task CountAsync(int count) => UntilAsync(() => Events.Count >= count, () => $"{count} events; there are {Events.Count}");

        public async Task HeardAsync(params string[] ids)
        {
            await CountAsync(ids.Length);
            Assert.Equal(ids, Events.Select(each => $"{each.JobRequestId}:{each.Version}"));
        }

        public string Place()
        {
            var listener = new EventListener(new Caller("root", IsAdmin: true), null, 1);
            var place = Feed.ListenToAll(listener);
            Feed.Leave(listener);
            return place;
        }

        public IEnumerable<string> After(string cursor)
        {
            Assert.True(FeedCursor.TryParse(cursor, out var place));
            var part = Assert.IsType<CatchUp.Part>(Feed.CatchUp(new EventListener(new Caller("root", IsAdmin: true), null, 1), place, null, int.MaxValue));
            return part.Events.Select(each => $"{each.Event.JobRequestId}:{each.Event.Version}");
        }

        public async ValueTask DisposeAsync()
        {
            await host.StopAsync();
            host.Dispose();
        }

        private static async Task UntilAsync(Func<bool> condition, Func<string> awaited)
        {
            var waitLimit = Task.Delay(TimeSpan.FromSeconds(60));
            while (!condition())
            {
                if (waitLimit.IsCompleted) Assert.Fail($"Not within 60 s: {awaited()}.");
                await Task.Delay(10);
            }
        }
    }
}
