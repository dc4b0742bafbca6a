using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using JobRequests.Domain;
using JobRequests.Testing.Backends;
using JobRequests.Testing.Load;

namespace JobRequests.Cluster.Tests;

/// <summary>HTTP → Kafka → grain → MongoDB → answer, and its event for anyone; commands of other programs; poison.</summary>
[Collection(OneCluster.Name)]
public sealed class WayOfACommandTests(ClusterFixture fixture)
{
    private readonly LocalCluster _cluster = fixture.Cluster;

    [Fact]
    public async Task A_plain_consumer_reads_a_commands_event()
    {
        using var caller = new RecordingCaller(_cluster.Gateways);
        var job = await CreateAsync(caller);

        var accepted = await caller.SendUntilDecidedAsync(new Request(job, "accept", "ann", "a"));

        Assert.Equal(("SUCCESS", 2), (accepted.Outcome, accepted.Version));
        var history = await caller.GetAsync($"/v1/job-requests/{job}/history", "zoe");
        var log = await Aftermath.UntilAsync(() => EventLog.Read(_cluster), log => log.Has(job, 2), "the accept is in finalevents");
        log.Check(job, history);
        await Aftermath.AllCommittedAsync(_cluster);
    }

    [Fact]
    public async Task A_plain_producers_signed_command_is_executed()
    {
        using var caller = new RecordingCaller(_cluster.Gateways);
        var job = await CreateAsync(caller);

        await ProduceAsync(job, Accept(job, "bob", "by-kafka"), Sign);

        var decided = await UntilDecidedAsync(caller, job, "bob", "by-kafka");
        Assert.Equal("SUCCESS", decided.GetProperty("outcome").GetString());
        var again = await caller.SendAsync(new Request(job, "accept", "bob", "by-kafka"));
        Assert.Equal(("SUCCESS", 2, true), (again.Outcome, again.Version, again.Replayed));
    }

    [Theory]
    [InlineData("unsigned", "not signed")]
    [InlineData("forged", "does not fit")]
    [InlineData("poison", "header ce_type")]
    [InlineData("unknown type", "header ce_type")]
    [InlineData("unknown operation", "not a command of this version")]
    [InlineData("one megabyte", "")]
    public async Task Bad_records_are_dead_lettered_and_their_neighbours_delivered(string kind, string reason)
    {
        await EachGatewayTakesCommandsAsync();
        using var caller = new RecordingCaller(_cluster.Gateways);
        var job = await CreateAsync(caller);
        var command = Accept(job, "ann", "dead-lettered");

        // The same key, so the same partition: what comes after it is behind it.
        var written = kind switch
        {
            "unsigned" => await ProduceAsync(job, command, static (_, _, _) => null),
            "forged" =>
                await ProduceAsync(
                    job, command.Replace("\"ann\"", "\"bob\"", StringComparison.Ordinal), (type, key, _) => Sign(type, key, Encoding.UTF8.GetBytes(command))),
            "poison" => await ProduceAsync(job, "\0\u0001\u0002\nnonsense", static (_, _, _) => null, type: null),
            "unknown type" => await ProduceAsync(job, command, Sign, type: "jobrequests.command.v9"),
            "unknown operation" => await ProduceAsync(job, command.Replace("\"accept\"", "\"explode\"", StringComparison.Ordinal), Sign),
            _ => await ProduceAsync(job, new string('x', 1024 * 1024), Sign),
        };
        var accepted = await caller.SendAsync(new Request(job, "accept", "ann", "behind"));

        Assert.Equal(("SUCCESS", 200), (accepted.Outcome, accepted.Status));
        var deadLetters = await Aftermath.UntilAsync(
            () => TopicReader.ReadAll(_cluster.Kafka, _cluster.DeadLetters)
                .Find(record => record.Header("dead-letter-origin-offset") == $"{written.Offset}"
                    && record.Header("dead-letter-origin-partition") == $"{written.Partition.Value}"),
            static record => record is not null,
            $"the {kind} record is dead-lettered");
        Assert.NotNull(deadLetters);
        Assert.Equal(_cluster.Requests, deadLetters.Header("dead-letter-origin-topic"));
        Assert.Contains(reason, $"{deadLetters.Header("dead-letter-reason")} {deadLetters.Header("dead-letter-error")}");
        Assert.Equal(job, Encoding.UTF8.GetString(deadLetters.Message.Key!));
        await Aftermath.AllCommittedAsync(_cluster);
    }

    // Other classes break this cluster: a gateway may refuse for a moment after what they did.
    private async Task EachGatewayTakesCommandsAsync()
    {
        foreach (var gateway in _cluster.Gateways)
        {
            using var caller = new RecordingCaller(gateway);
            await CreateAsync(caller);
        }
    }

    private static async Task<string> CreateAsync(RecordingCaller caller)
    {
        var key = $"c-{Guid.NewGuid():N}";
        var create = new Request(JobRequestId.Derive("zoe", key), "create", "zoe", key, ["ann", "bob"]);
        Assert.Equal("SUCCESS", (await caller.SendUntilDecidedAsync(create)).Outcome);
        return create.Job;
    }

    private static async Task<JsonElement> UntilDecidedAsync(RecordingCaller caller, string job, string person, string key)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                var status = await caller.GetAsync($"/v1/requests/{key}?job={job}&op=accept", person);
                if (status.GetProperty("state").GetString() == "DECIDED") return status;
            }
            catch (HttpRequestException exception) when (exception.StatusCode == System.Net.HttpStatusCode.NotFound && attempt < 300)
            {
                // Not there yet: nobody has told a gateway of this command.
            }

            Assert.True(attempt < 300, $"The command {key} was not decided.");
            // Another process can only be asked again.
            await Task.Delay(100);
        }
    }

    // The format of docs/records.md, with nothing of ours.
    private static string Accept(string job, string person, string key) =>
        $$$"""{"job":"{{{job}}}","caller":"{{{person}}}","key":"{{{key}}}","receivedAt":"{{{DateTime.UtcNow:O}}}","notAfter":"{{{DateTime.UtcNow.AddMinutes(1):O}}}","command":{"operation":"accept"}}""";

    private byte[]? Sign(string type, byte[] key, byte[] value)
    {
        byte[] signed = [
            .. WithLength(Encoding.UTF8.GetBytes(_cluster.Name)), .. WithLength(Encoding.UTF8.GetBytes(type)), .. WithLength(key), .. WithLength(value)];
        var code = Convert.ToBase64String(HMACSHA256.HashData(ClusterFixture.ImporterSecret, signed)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        return Encoding.ASCII.GetBytes($"importer.{code}");
    }

    private static byte[] WithLength(byte[] bytes) =>
        [(byte)(bytes.Length >> 24), (byte)(bytes.Length >> 16), (byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes];

    private async Task<DeliveryResult<byte[], byte[]>> ProduceAsync(
        string job, string value, Func<string, byte[], byte[], byte[]?> sign, string? type = "jobrequests.command.v1")
    {
        using var producer = new ProducerBuilder<byte[], byte[]>(
            new ProducerConfig { BootstrapServers = _cluster.Kafka, MessageMaxBytes = 4 * 1024 * 1024 }).Build();
        var message = new Message<byte[], byte[]> { Key = Encoding.UTF8.GetBytes(job), Value = Encoding.UTF8.GetBytes(value), Headers = [] };
        if (type is not null) message.Headers.Add("ce_type", Encoding.UTF8.GetBytes(type));
        if (sign(type ?? "", message.Key, message.Value) is { } signature) message.Headers.Add("signature", signature);
        // Whatever partitioner this program uses: the cluster does not rely on it for safety.
        return await producer.ProduceAsync(_cluster.Requests, message);
    }
}
