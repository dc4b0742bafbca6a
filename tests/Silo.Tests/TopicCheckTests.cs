using Confluent.Kafka;
using Confluent.Kafka.Admin;
using JobRequests.ServiceDefaults;
using JobRequests.Testing.Backends;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using MongoDB.Driver;

namespace JobRequests.Silo.Tests;

/// <summary>The partition count of a topic is recorded when it is first used, and never changes.</summary>
public sealed class TopicCheckTests : IAsyncLifetime
{
    private readonly string _name = $"check-{Guid.NewGuid():N}";
    private MongoClient? _client;
    private IAdminClient? _admin;
    private string _kafka = "";

    public async ValueTask InitializeAsync()
    {
        _kafka = await Servers.KafkaAsync();
        _client = new MongoClient(await Servers.MongoAsync());
        _admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = _kafka }).Build();
        await _admin.CreateTopicsAsync(new[]
            { "requests", "finalevents" }.Select(topic => new TopicSpecification { Name = $"{_name}.{topic}", NumPartitions = 2, ReplicationFactor = 1 }));
    }

    public async ValueTask DisposeAsync()
    {
        if (_client is not null) await _client.DropDatabaseAsync(_name);
        _client?.Dispose();
        _admin?.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_topic_is_recorded_once_and_found_again()
    {
        await Check().StartAsync(CancellationToken.None);
        await Check().StartAsync(CancellationToken.None);

        Assert.Equal((2, 2), (await Records().ReadAsync($"{_name}.requests", default), await Records().ReadAsync($"{_name}.finalevents", default)));
        Assert.Null(await Records().ReadAsync($"{_name}.other", default));
    }

    [Fact]
    public async Task A_topic_with_another_partition_count_than_recorded_is_refused()
    {
        await Check().StartAsync(CancellationToken.None);
        await _admin!.CreatePartitionsAsync([new PartitionsSpecification { Topic = $"{_name}.finalevents", IncreaseTo = 3 }]);

        // A broker tells of new partitions a moment later.
        var refused = await UntilRefusedAsync();

        Assert.Equal((2, 3), (refused.Recorded, refused.Found));
        Assert.Contains($"Topic '{_name}.finalevents' has 3 partitions, but had 2", refused.Message);
        Assert.Contains("Orleans:Streaming:finalevents:Topic", refused.Message);
        Assert.Equal(refused.Message, StartFailure.Explain(refused));
    }

    private async Task<TopicPartitionsException> UntilRefusedAsync()
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            try
            {
                await Check().StartAsync(CancellationToken.None);
            }
            catch (TopicPartitionsException exception)
            {
                return exception;
            }

            await Task.Delay(100);
        }

        throw new TimeoutException("The check accepted a topic that had got another partition.");
    }

    private TopicRecords Records() => new(_client!.GetDatabase(_name));

    private TopicCheck Check() => new(
        new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:kafka"] = _kafka,
            ["Orleans:Streaming:requests:ProviderType"] = "Kafka",
            ["Orleans:Streaming:requests:ConnectionName"] = "kafka",
            ["Orleans:Streaming:requests:Topic"] = $"{_name}.requests",
            ["Orleans:Streaming:finalevents:ProviderType"] = "Kafka",
            ["Orleans:Streaming:finalevents:ConnectionName"] = "kafka",
            ["Orleans:Streaming:finalevents:Topic"] = $"{_name}.finalevents",
        }).Build(),
        Records());
}
