using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using JobRequests.Grains.Abstractions;
using JobRequests.Testing.Backends;
using Microsoft.Extensions.DependencyInjection;
using MongoDB.Driver;
using Orleans.GrainDirectory;
using Orleans.Metadata;
using Orleans.Runtime.GrainDirectory;

namespace JobRequests.Grains.Tests.Cluster;

/// <summary>
/// The directory only promises that a grain has one activation in the long run. Here it never does: both silos host each job at
/// once, two people accept at once, and the compare-and-set on the document alone decides.
/// </summary>
public sealed class DuplicateActivationTests
{
    [Fact]
    public async Task Two_live_activations_of_a_job_have_one_winner()
    {
        var storage = new SharedStorage();

        var doubles = await PlayAsync(storage, rounds: 200);

        Assert.Equal(0, doubles);
        Assert.True(storage.Conflicts > 20, $"Two activations should have met at one document again and again; they did {storage.Conflicts} times.");
    }

    [Fact]
    public async Task On_MongoDB_too_exactly_one_person_wins()
    {
        var (server, database) = (await Servers.MongoAsync(), $"doubles-{Guid.NewGuid():N}");
        var conflicts = 0L;
        using var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            { if (instrument.Name == "mongodb.storage.conflicts") listener.EnableMeasurementEvents(instrument); }
        };
        listener.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref conflicts, count));
        listener.Start();
        try
        {
            var doubles = await PlayAsync(new SharedStorage(), rounds: 200, silo => silo.AddMongoGrainStorage(JobRequestOptions.StorageName, options =>
            {
                options.ConnectionString = server;
                options.Database = database;
            }));

            Assert.Equal(0, doubles);
            Assert.True(Interlocked.Read(ref conflicts) > 20, $"Two activations should have met at one document again and again; they did {conflicts} times.");
        }
        finally
        {
            using var client = new MongoClient(server);
            await client.DropDatabaseAsync(database);
        }
    }

    [Fact]
    public async Task Without_compare_and_set_two_people_win()
    {
        var doubles = await PlayAsync(new SharedStorage(comparesAndSets: false), rounds: 100);

        Assert.NotEqual(0, doubles);
    }

    /// <returns>Rounds in which both were told that they had won.</returns>
    private static async Task<int> PlayAsync(SharedStorage storage, int rounds, Action<ISiloBuilder>? configure = null)
    {
        await using var cluster = await JobCluster.StartAsync(silos: 2, storage, configure: silo =>
        {
            silo.Services.AddSingleton<IGrainDirectoryResolver, JobsInForgetfulDirectory>();
            silo.Services.AddSingleton<PlacementStrategy, PreferLocalPlacement>();
            configure?.Invoke(silo);
        });
        var doubles = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, rounds), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (_, _) =>
        {
            if (await PlayRoundAsync(cluster)) Interlocked.Increment(ref doubles);
        });
        return doubles;
    }

    private static async Task<bool> PlayRoundAsync(JobCluster cluster)
    {
        var create = Jobs.Create();
        await cluster.SendAsync(create);
        Assert.IsType<JobRequestReply.Succeeded>(await AskAsync(cluster, create));
        // Both silos know the job as it is now, each in an activation of its own.
        for (var silo = 0; silo < 2; silo++) await cluster.Job(create.JobRequestId, silo).Advance();
        var (ann, bob) = (Jobs.Accept(create.JobRequestId, "ann"), Jobs.Accept(create.JobRequestId, "bob"));
        var (annTold, bobTold) = (AskAsync(cluster, ann), AskAsync(cluster, bob));

        await Task.WhenAll(cluster.SendAsync(ann, StreamNames.Requests), cluster.SendAsync(bob, JobCluster.OtherRequests, silo: 1));

        JobRequestReply[] told = [await annTold, await bobTold];
        var winners = told.Count(reply => reply is JobRequestReply.Succeeded);
        Assert.InRange(winners, 1, 2);
        Assert.All(told, reply => Assert.True(reply is JobRequestReply.Succeeded or JobRequestReply.Rejected, $"{reply} is no definite answer."));
        if (winners == 1)
        {
            var winner = told[0] is JobRequestReply.Succeeded ? "ann" : "bob";
            Assert.Equal(winner, (await cluster.Job(create.JobRequestId).Read(new Caller("", IsAdmin: true)))!.AcceptedBy);
        }

        return winners == 2;
    }

    /// <summary>Asks both silos, each of which has an activation of its own; the one that met the command answers.</summary>
    private static async Task<JobRequestReply> AskAsync(JobCluster cluster, CommandEnvelope command)
    {
        var asked = Enumerable.Range(0, 2)
            .Select(silo => cluster.Job(command.JobRequestId, silo).GetOutcome(Workbench.Query(command), TimeSpan.FromSeconds(10)))
            .ToList();
        while (true)
        {
            var first = await Task.WhenAny(asked).WaitAsync(JobCluster.WaitLimit);
            asked.Remove(first);
            var reply = await first;
            if (reply is not JobRequestReply.Pending || asked.Count == 0) return reply;
        }
    }

    private sealed class JobsInForgetfulDirectory : IGrainDirectoryResolver
    {
        private readonly ForgetfulDirectory _directory = new();

        public bool TryResolveGrainDirectory(GrainType grainType, GrainProperties? properties, [NotNullWhen(true)] out IGrainDirectory? grainDirectory)
        {
            grainDirectory = grainType.ToString() == "jobrequest" ? _directory : null;
            return grainDirectory is not null;
        }
    }

    private sealed class ForgetfulDirectory : IGrainDirectory
    {
        public Task<GrainAddress?> Register(GrainAddress address) => Task.FromResult<GrainAddress?>(address);

        public Task<GrainAddress?> Register(GrainAddress address, GrainAddress? previousAddress) => Register(address);

        public Task<GrainAddress?> Lookup(GrainId grainId) => Task.FromResult<GrainAddress?>(null);

        public Task Unregister(GrainAddress address) => Task.CompletedTask;

        public Task UnregisterSilos(List<SiloAddress> siloAddresses) => Task.CompletedTask;
    }
}
