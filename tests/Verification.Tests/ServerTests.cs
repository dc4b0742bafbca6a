using System.Text.Json;
using System.Text.Json.Nodes;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using JobRequests.Documents;
using JobRequests.Grains;
using JobRequests.Grains.Abstractions;
using JobRequests.Persistence.MongoDB;
using JobRequests.Streaming.Kafka;
using JobRequests.Testing.Backends;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MongoDB.Bson;
using MongoDB.Driver;

namespace JobRequests.Verification.Tests;

/// <summary>The same evidence, in Kafka and MongoDB as a cluster leaves it there.</summary>
public sealed class ServerTests : IAsyncLifetime
{
    private const string Group = "verified";

    private static readonly VerificationOptions Quick = new() { Settle = TimeSpan.FromMilliseconds(1), Rules = new CheckRules { Settled = true } };

    private readonly string _name = $"verify{Guid.NewGuid():N}";
    private IConfiguration _settings = null!;
    private ServiceProvider _codecs = null!;
    private IHost _silo = null!;
    private MongoGrainStorage _storage = null!;
    private IMongoDatabase _database = null!;
    private string _kafka = "";

    private string Requests => $"{_name}.requests";

    private string FinalEvents => $"{_name}.finalevents";

    private string DeadLetters => $"{_name}.dead-letter";

    public async ValueTask InitializeAsync()
    {
        _kafka = await Servers.KafkaAsync();
        var mongo = await Servers.MongoAsync();
        _settings = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:kafka"] = _kafka,
            ["ConnectionStrings:mongodb"] = mongo,
            ["Orleans:ServiceId"] = "a/service",
            ["Orleans:GrainStorage:jobs:Database"] = _name,
            ["Orleans:Streaming:requests:Topic"] = Requests,
            ["Orleans:Streaming:requests:DeadLetterTopic"] = DeadLetters,
            ["Orleans:Streaming:requests:ConsumerGroup"] = Group,
            ["Orleans:Streaming:finalevents:Topic"] = FinalEvents,
            ["Records:Secrets:1"] = Convert.ToBase64String(new byte[32]),
        }).Build();
        _codecs = ServerSettings.Records(_settings);
        // Not started: only its storage is used.
        _silo = new HostBuilder().UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(serviceId: ServerSettings.ServiceId(_settings));
            silo.AddMongoGrainStorage(JobRequestOptions.StorageName, options =>
            {
                (options.ConnectionString, options.Database) = (mongo, _name);
                options.GrainStorageSerializer = new JobDocumentSerializer();
            });
        }).Build();
        _storage = _silo.Services.GetRequiredKeyedService<MongoGrainStorage>(JobRequestOptions.StorageName);
        _database = new MongoClient(mongo).GetDatabase(_name);
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = _kafka }).Build();
        await admin.CreateTopicsAsync(
            new[] { Requests, FinalEvents, DeadLetters }.Select(topic => new TopicSpecification { Name = topic, NumPartitions = 1, ReplicationFactor = 1 }));
    }

    public async ValueTask DisposeAsync()
    {
        if (_database is null) return;
        await _database.Client.DropDatabaseAsync(_name);
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = _kafka }).Build();
        await admin.DeleteTopicsAsync([Requests, FinalEvents, DeadLetters]);
        await _codecs.DisposeAsync();
        _silo.Dispose();
    }

    [Fact]
    public async Task A_clusters_data_passes_and_missing_data_is_noticed()
    {
        var good = SampleJob.Run().Evidence();
        await StoreAsync(JobRun.JobId, good.Document!.Document!, good.View!.View!);
        foreach (var job in ManyJobs.Take(1_200)) await StoreAsync(job.Job, job.Document, job.View);
        Produce(good);

        // The many jobs have no records: their events count as not sent and not published.
        var report = await VerifyAsync(_settings);
        Assert.Equal((1_201, 1_201, 1_201), (report.Jobs, report.Documents, report.Views));
        Assert.Equal(good.Requests!.Count + good.Events!.Count + good.DeadLetters!.Count, report.Records);
        Assert.DoesNotContain(report.First, violation => violation.Job == JobRun.JobId);
        Assert.Equal(1_200, report.Violations[Invariant.I4]);

        await _database.GetCollection<BsonDocument>("views").DeleteOneAsync(new BsonDocument("_id", JobRun.JobId));
        await _database.GetCollection<BsonDocument>("grainState")
            .UpdateOneAsync(new BsonDocument("_id", Id(JobRun.JobId)), new BsonDocument("$set", new BsonDocument("d.state.winner", "cid")));
        var found = (await VerifyAsync(_settings)).First.Where(violation => violation.Job == JobRun.JobId).Select(violation => violation.Invariant).ToHashSet();
        Assert.Superset(new HashSet<Invariant> { Invariant.I1, Invariant.I4, Invariant.I10 }, found);
    }

    [Fact]
    public async Task An_unsigned_record_must_be_dead_lettered()
    {
        var good = SampleJob.Run().Evidence();
        await StoreAsync(JobRun.JobId, good.Document!.Document!, good.View!.View!);
        Produce(good);
        using var producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig { BootstrapServers = _kafka }).Build();
        var forged = await producer.ProduceAsync(
            Requests, new Message<byte[]?, byte[]?> { Key = System.Text.Encoding.UTF8.GetBytes(JobRun.JobId), Value = null });

        Assert.True((await VerifyAsync(_settings)).IsClean);

        Commit(forged.Offset.Value + 1);
        Assert.Equal((1, 1), ((await VerifyAsync(_settings)) is var report ? report.Violations[Invariant.I4] : 0, report.ViolationCount));

        var origin = new DeadLetterOrigin(Requests, 0, forged.Offset.Value, DateTimeOffset.UnixEpoch, "not signed", null, 0, DateTimeOffset.UnixEpoch);
        var key = System.Text.Encoding.UTF8.GetBytes(JobRun.JobId);
        // A copy that no silo has signed excuses nothing.
        await producer.ProduceAsync(DeadLetters, new Message<byte[]?, byte[]?> { Key = key, Headers = Headers(DeadLetterRecord.Write(origin, [])) });
        Assert.False((await VerifyAsync(_settings)).IsClean);
        await producer.ProduceAsync(
            DeadLetters, new Message<byte[]?, byte[]?> { Key = key, Headers = Headers(SignedCopy(key, null, DeadLetterRecord.Write(origin, []))) });
        Assert.True((await VerifyAsync(_settings)).IsClean);
    }

    [Fact]
    public async Task Servers_that_are_missing_or_differ_are_named()
    {
        var elsewhere = new ConfigurationBuilder()
            .AddConfiguration(_settings)
            .AddInMemoryCollection([KeyValuePair.Create("Orleans:Streaming:finalevents:Topic", (string?)"no-such-topic")])
            .Build();
        Assert.Contains("no-such-topic", (await Assert.ThrowsAsync<VerificationException>(() => VerifyAsync(elsewhere))).Message, StringComparison.Ordinal);

        var unsigned = new ConfigurationBuilder()
            .AddConfiguration(_settings)
            .AddInMemoryCollection([KeyValuePair.Create("Records:Secrets:1", (string?)"")])
            .Build();
        Assert.Contains("Records:Secrets:1", Assert.Throws<VerificationException>(() => KafkaRecordSource.Open(unsigned)).Message, StringComparison.Ordinal);

        var wrong = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("MONGO_URL", (string?)"mongodb:/user:secret@nowhere")]).Build();
        var exception = Assert.Throws<VerificationException>(() => MongoJobSource.Open(wrong));
        Assert.DoesNotContain("secret", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_document_is_read_as_the_storage_wrote_it()
    {
        using var unknown = JsonDocument.Parse("""{"$ref":{"＄":1.50}}""");
        var document = SampleJob.Run()
            .Evidence().Document!.Document! with
        { Unknown = unknown.RootElement.EnumerateObject().ToDictionary(member => member.Name, member => member.Value) };
        await StoreAsync(JobRun.JobId, document);

        await using var jobs = MongoJobSource.Open(_settings);
        var read = (await jobs.ReadAsync(JobRun.JobId, TestContext.Current.CancellationToken)).Document!.Value;
        Assert.Equal(JsonNode.Parse(new JobDocumentSerializer().Serialize(document))!.ToJsonString(), JsonNode.Parse(read.Span)!.ToJsonString());
    }

    [Fact]
    public async Task An_unreadable_document_is_reported_and_others_are_verified()
    {
        foreach (var job in ManyJobs.Take(2)) await StoreAsync(job.Job, job.Document, job.View);
        await _database.GetCollection<BsonDocument>("grainState").UpdateOneAsync(
            new BsonDocument("_id", Id(ManyJobs.Take(1).Single().Job)), new BsonDocument("$set", new BsonDocument("d.state.winner", ObjectId.GenerateNewId())));

        await using var jobs = MongoJobSource.Open(_settings);
        var report = await new Verifier(new VerificationSources { Jobs = jobs }, Quick).RunAsync();
        Assert.Equal((2, ManyJobs.Take(1).Single().Job), (report.Documents, Assert.Single(report.First.Select(violation => violation.Job).Distinct())));
    }

    private static async Task<VerificationReport> VerifyAsync(IConfiguration settings)
    {
        await using var jobs = MongoJobSource.Open(settings);
        await using var records = KafkaRecordSource.Open(settings);
        return await new Verifier(new VerificationSources { Jobs = jobs, Records = records }, Quick with { MaxReported = 10_000 }).RunAsync();
    }

    private async Task StoreAsync(string job, JobDocument document, StoredView view)
    {
        await StoreAsync(job, document);
        var state = BsonDocument.Parse(JsonSerializer.Serialize(view.State, JobDocumentJson.Default.StoredState));
        foreach (var time in new[] { "createdAt", "expiresAt", "lastEventAt" })
            if (state.TryGetValue(time, out var text))
                state[time] = DateTimeOffset.Parse(text.AsString, System.Globalization.CultureInfo.InvariantCulture).UtcDateTime;
        await _database.GetCollection<BsonDocument>("views").InsertOneAsync(new BsonDocument("_id", job).AddRange(state));
    }

    private Task StoreAsync(string job, JobDocument document) =>
        _storage.WriteStateAsync(JobRequestOptions.StateName, Orleans.Runtime.GrainId.Create("jobrequest", job), new Orleans.GrainState<JobDocument>(document));

    private void Produce(JobEvidence evidence)
    {
        using var producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig { BootstrapServers = _kafka, LingerMs = 0 }).Build();
        foreach (var request in evidence.Requests!) Send(Requests, Encode(StreamNames.Requests, request.Command!));
        foreach (var published in evidence.Events!) Send(FinalEvents, Encode(StreamNames.FinalEvents, published.Event));
        foreach (var deadLetters in evidence.DeadLetters!)
        {
            var original = Encode(StreamNames.Requests, evidence.Requests[(int)deadLetters.Origin!.Value.Offset].Command!);
            var headers =
                DeadLetterRecord.Write(new DeadLetterOrigin(Requests, 0, deadLetters.Origin.Value.Offset, DateTimeOffset.UnixEpoch, deadLetters.Reason!, null,
                    3, DateTimeOffset.UnixEpoch), original.Headers);
            Send(DeadLetters, original with { Headers = SignedCopy(original.Key, original.Value, headers) });
        }

        producer.Flush(TimeSpan.FromSeconds(30));
        Commit(evidence.Requests!.Count);

        void Send(string topic, KafkaOutgoingRecord record) => producer.Produce(
            topic, new Message<byte[]?, byte[]?> { Key = record.Key?.ToArray(), Value = record.Value?.ToArray(), Headers = Headers(record.Headers) });
    }

    private IReadOnlyList<KafkaHeader> SignedCopy(ReadOnlyMemory<byte>? key, ReadOnlyMemory<byte>? value, IReadOnlyList<KafkaHeader> headers) =>
        MarkSignature.Sign(_codecs.GetRequiredKeyedService<IKafkaMarkSigner>(StreamNames.Requests), DeadLetters, 0, key, value, headers);

    private KafkaOutgoingRecord Encode(string stream, object item) =>
        _codecs.GetRequiredKeyedService<IKafkaRecordEncoder>(stream).Encode(Orleans.Runtime.StreamId.Create(stream, JobRun.JobId), item);

    private static Headers Headers(IReadOnlyList<KafkaHeader> headers)
    {
        var written = new Headers();
        foreach (var header in headers) written.Add(header.Name, header.Value.ToArray());
        return written;
    }

    private void Commit(long offset)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(
            new ConsumerConfig { BootstrapServers = _kafka, GroupId = Group, EnableAutoCommit = false }).Build();
        consumer.Commit([new TopicPartitionOffset(Requests, 0, offset)]);
    }

    private static string Id(string job) => $"a%2Fservice/JobRequest/jobrequest/{job}";
}
