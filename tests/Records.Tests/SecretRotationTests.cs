using JobRequests.Domain;
using JobRequests.Streaming.Kafka;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace JobRequests.Records.Tests;

/// <summary>Secrets are replaced one step at a time, and what other clusters sign is refused and noticed.</summary>
public sealed class SecretRotationTests
{
    private static readonly string NewSecret = Convert.ToBase64String(Enumerable.Range(50, 32).Select(number => (byte)number).ToArray());

    [Fact]
    public void At_each_step_old_and_new_processes_trust_each_other()
    {
        SigningOptions[] steps =
        [
            new() { Secrets = { ["1"] = Wire.ClusterSecret } },
            new() { Secrets = { ["1"] = Wire.ClusterSecret, ["2"] = NewSecret }, SignWith = 1 },
            new() { Secrets = { ["1"] = Wire.ClusterSecret, ["2"] = NewSecret } },
            new() { Secrets = { ["2"] = NewSecret } },
        ];

        for (var step = 1; step < steps.Length; step++)
        {
            var (before, after) = (Wire.Signature(steps[step - 1]), Wire.Signature(steps[step]));
            AssertTrusted(before, after);
            AssertTrusted(after, before);
        }
    }

    [Fact]
    public void The_highest_number_signs()
    {
        var both = Wire.Signature(new SigningOptions { Secrets = { ["9"] = Wire.ClusterSecret, ["10"] = NewSecret } });

        Assert.StartsWith("cluster-10.", both.Sign("t", "k"u8.ToArray(), "v"u8.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_that_was_taken_away_is_refused_and_noticed()
    {
        var now = Wire.Signature(new SigningOptions { Secrets = { ["2"] = NewSecret } });
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(now)).Status);

        Assert.Contains("not trusted here", Wire.DeadLetters(Wire.Commands(now).Decode(Signed(Wire.Signature()))));

        var noticed = await CheckAsync(now);
        Assert.Equal(HealthStatus.Degraded, noticed.Status);
        Assert.Contains("Records:Secrets", noticed.Description);
    }

    [Fact]
    public async Task Another_clusters_record_is_refused_with_the_same_secret()
    {
        var another = Wire.Signature(new SigningOptions { Secrets = { ["1"] = Wire.ClusterSecret } }, "another cluster");

        Assert.Contains("Orleans:ServiceId", Wire.DeadLetters(Wire.Commands(another).Decode(Signed(Wire.Signature()))));

        Assert.Equal(HealthStatus.Degraded, (await CheckAsync(another)).Status);
    }

    private static void AssertTrusted(RecordSignature writer, RecordSignature reader)
    {
        Assert.IsType<KafkaDecodeResult.Deliver>(Wire.Commands(reader).Decode(Signed(writer)));
        Assert.True(((IKafkaMarkSigner)reader).IsGenuine("a mark"u8, ((IKafkaMarkSigner)writer).Sign("a mark"u8)));
    }

    private static KafkaRecord Signed(RecordSignature writer)
    {
        var command = Wire.Command(new JobRequestCommand.Accept());
        return Wire.Written(Wire.Commands(writer).Encode(Wire.Stream(command), command));
    }

    private static Task<HealthCheckResult> CheckAsync(RecordSignature signature) =>
        new RecordSignatureCheck(signature).CheckHealthAsync(new HealthCheckContext());
}
