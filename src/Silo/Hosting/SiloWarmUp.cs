using System.Security.Cryptography;
using JobRequests.Domain;
using JobRequests.Grains.Abstractions;
using JobRequests.ServiceDefaults;
using JobRequests.Streaming.Kafka;
using Orleans.Configuration;

namespace JobRequests.Silo;

/// <summary>Throw-away jobs on a silo of their own: alone, on in-process streams and a temporary folder.</summary>
public static class SiloWarmUp
{
    /// <summary>Hands over a throw-away builder with the silo; its folder is gone afterwards.</summary>
    public static async Task RunAsync(Func<WebApplicationBuilder, Task> run)
    {
        var folder = Directory.CreateTempSubdirectory("jobrequests-warm-up-").FullName;
        try
        {
            var builder = WarmUpHosting.CreateThrowAwayBuilder(
                ("Records:Secrets:1", Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))),
                ("Orleans:GrainStorage:jobs:ProviderType", "Sqlite"),
                ("Orleans:Streaming:requests:ProviderType", "InProcess"),
                ("Orleans:Streaming:finalevents:ProviderType", "InProcess"));
            builder.Services.AddSqliteDatabases(sqlite =>
            {
                sqlite.DataFolder = folder;
                sqlite.FileName = "jobs.db";
            });
            builder.AddSilo(static silo => silo
                .UseLocalhostClustering(siloPort: ListenAddresses.FreePort(), gatewayPort: 0)
                .Configure<ClusterOptions>(static cluster => cluster.ClusterId = cluster.ServiceId = "warm-up"));
            await run(builder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>A silo without a gateway: commands come as records, outcomes are asked for by calls.</summary>
    public static Task RunAloneAsync(CancellationToken cancellationToken) => RunAsync(async builder =>
    {
        builder.Services.AddJobRecords();
        var app = builder.Build();
        await WarmUpHosting.RunJobsAsync(app, async number =>
        {
            var key = $"warm-up-{number}";
            var job = JobRequestId.Derive("requester", key);
            await DecideAsync(app.Services, job, "requester", key, new JobRequestCommand.Create(["candidate"], [new JobTask("t", "t")]));
            await DecideAsync(app.Services, job, "candidate", key, new JobRequestCommand.Accept());
        }, cancellationToken);
    });

    private static async Task DecideAsync(IServiceProvider services, string job, string person, string key, JobRequestCommand command)
    {
        var cluster = services.GetRequiredService<IClusterClient>();
        var (caller, now) = (new Caller(person, IsAdmin: false), DateTimeOffset.UtcNow);
        var envelope = new CommandEnvelope(
            job, caller, key, Fingerprint.Of(job, caller, null, command), now, now.AddMinutes(1), null, command, TraceParent: null);
        await cluster.GetStreamProvider(StreamNames.Requests).GetStream<CommandEnvelope>(StreamId.Create(StreamNames.Requests, job))
            .OnNextAsync(ThroughRecord(services, envelope));
        var query = new OutcomeQuery(caller, command.Operation, key, envelope.Fingerprint, envelope.ReceivedAt, envelope.NotAfter);
        if (await cluster.GetGrain<IJobRequestGrain>(job).GetOutcome(query, TimeSpan.FromSeconds(1)) is not JobRequestReply.Succeeded)
            throw new InvalidOperationException($"{command.Operation} did not succeed.");
    }

    private static CommandEnvelope ThroughRecord(IServiceProvider services, CommandEnvelope envelope)
    {
        var encoder = services.GetRequiredKeyedService<IKafkaRecordEncoder>(StreamNames.Requests);
        var decoder = services.GetRequiredKeyedService<IKafkaRecordDecoder>(StreamNames.Requests);
        var record = encoder.Encode(StreamId.Create(StreamNames.Requests, envelope.JobRequestId), envelope);
        var read = new KafkaRecord(StreamNames.Requests, 0, 0, envelope.ReceivedAt, record.Key, record.Value, record.Headers);
        return decoder.Decode(read) is KafkaDecodeResult.Deliver { Item: CommandEnvelope command }
            ? command
            : throw new InvalidOperationException("The command was not read.");
    }
}
