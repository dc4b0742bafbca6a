using System.Security.Cryptography;
using System.Text;
using JobRequests.Domain;
using JobRequests.Grains.Abstractions;
using JobRequests.Streaming.Kafka;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Orleans.Configuration;

namespace JobRequests.Records.Tests;

/// <summary>Commands and records to play with.</summary>
internal static class Wire
{
    public static readonly string ClusterSecret = Convert.ToBase64String(Enumerable.Range(0, 32).Select(number => (byte)number).ToArray());
    public static readonly string ImporterSecret = Convert.ToBase64String(Enumerable.Range(100, 32).Select(number => (byte)number).ToArray());
    public const string Cluster = "jobrequests-test";

    public static readonly DateTimeOffset Now = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);

    public static RecordSignature Signature(bool importerIsAdmin = false, params string[] importerActsFor) => Signature(new SigningOptions
    {
        Secrets = { ["1"] = ClusterSecret },
        Producers =
            { ["importer"] = new ProducerKey
                { Secret = ImporterSecret, MayActAsAdmin = importerIsAdmin, Callers = importerActsFor is [] ? ["*"] : [.. importerActsFor] } },
    });

    public static RecordSignature Signature(SigningOptions options, string cluster = Cluster) =>
        new(Options.Create(options), Options.Create(new ClusterOptions { ServiceId = cluster }));

    public static CommandRecordCodec Commands(bool importerIsAdmin = false, params string[] importerActsFor) =>
        Commands(Signature(importerIsAdmin, importerActsFor));

    public static CommandRecordCodec Commands(RecordSignature signature) => new(signature, new FakeTimeProvider(Now.AddSeconds(1)));

    public static EventRecordCodec Events() => new(Signature());

    public static CommandEnvelope Command(JobRequestCommand command, string caller = "ann", bool admin = false, int? ifMatch = null)
    {
        var key = $"k-{command.Operation}";
        var job = JobRequestId.Derive(command is JobRequestCommand.Create ? caller : "zoe", key);
        var who = new Caller(caller, admin);
        return new CommandEnvelope(
            job, who, key, Fingerprint.Of(job, who, ifMatch, command), Now.AddTicks(1234567), Now.AddSeconds(35), ifMatch, command,
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    }

    public static JobRequestCommand.Create Create(params string[] candidates) =>
        new(candidates is [] ? ["ann", "bob"] : [.. candidates], [new JobTask("t1", "windows")], "Окна", Now.AddHours(1));

    public static KafkaRecord Written(KafkaOutgoingRecord record, string topic = "requests") =>
        new(topic, 3, 4711, Now, record.Key, record.Value, record.Headers);

    /// <summary>A record as another program writes it, with nothing of ours: the format of docs/records.md.</summary>
    public static KafkaRecord Foreign(string key, string json, string secret, string keyId, string type = "jobrequests.command.v1")
    {
        var (keyBytes, value, typeBytes) = (Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(json), Encoding.UTF8.GetBytes(type));
        var clusterBytes = Encoding.UTF8.GetBytes(Cluster);
        byte[] signed = [
            .. Length(clusterBytes), .. clusterBytes, .. Length(typeBytes), .. typeBytes, .. Length(keyBytes), .. keyBytes, .. Length(value), .. value];
        var code = Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret), signed)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        return new KafkaRecord(
            "requests", 0, 1, Now, keyBytes, value, [new("ce_type", typeBytes), new("signature", Encoding.ASCII.GetBytes($"{keyId}.{code}"))]);
    }

    public static StreamId Stream(CommandEnvelope command) => StreamId.Create(StreamNames.Requests, command.JobRequestId);

    public static string DeadLetters(KafkaDecodeResult result) => Assert.IsType<KafkaDecodeResult.DeadLetter>(result).Reason;

    private static byte[] Length(byte[] bytes) => [(byte)(bytes.Length >> 24), (byte)(bytes.Length >> 16), (byte)(bytes.Length >> 8), (byte)bytes.Length];
}
