using System.Net.Sockets;
using System.Text;

namespace JobRequests.Testing.Backends.Nemesis;

/// <summary>The faults that a cluster has to survive, as far as they can be made here.</summary>
internal sealed class FaultCatalogue(LocalCluster cluster, Toxics? toxics, Random chance)
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(5);
    private static readonly string[] Servers = ["kafka1", "mongo", "redis"];

    public IReadOnlyList<Fault> All => [.. Processes(), .. Backend.IsThere ? Stops() : [], .. toxics is null ? [] : Network(toxics)];

    private IEnumerable<Fault> Processes()
    {
        yield return new Fault("kill -9 of a silo", () => KillAsync("silo", Either()));
        yield return new Fault("kill -9 of all silos", async () =>
        {
            await Task.WhenAll(cluster.KillAsync("silo", 1), cluster.KillAsync("silo", 2));
            await Task.WhenAll(cluster.StartAsync("silo", 1), cluster.StartAsync("silo", 2));
        });
        yield return new Fault("kill -9 of a gateway", () => KillAsync("gateway", Either()));
        yield return new Fault("a silo sleeps 5 s", () => PauseAsync(Either(), Moment));
        yield return new Fault("a silo sleeps 30 s", () => PauseAsync(Either(), TimeSpan.FromSeconds(30)));
        yield return new Fault("rolling restart of the silos", async () =>
        {
            foreach (var silo in new[] { 1, 2 })
            {
                await cluster.StopAsync("silo", silo);
                await cluster.StartAsync("silo", silo);
            }
        });
        yield return new Fault("Redis is flushed", FlushRedisAsync) { WipesCache = true };
    }

    private static IEnumerable<Fault> Stops()
    {
        yield return new Fault("Kafka is stopped", () => StopAsync("kafka1"));
        yield return new Fault("MongoDB is stopped", () => StopAsync("mongo"));
        yield return new Fault("Redis is killed", async () =>
        {
            await Backend.KillAsync("redis");
            await Task.Delay(Moment);
            await Backend.StartAsync("redis");
        })
        { WipesCache = true };
    }

    private IEnumerable<Fault> Network(Toxics proxy)
    {
        foreach (var server in Servers)
        {
            yield return new Fault($"{server}: 200 ms latency", () => AddAsync("latency", new { latency = 200, jitter = 50 }));
            yield return new Fault($"{server}: connections reset", () => AddAsync("reset_peer", new { timeout = 100 }));
            yield return new Fault($"{server}: cut off", async () =>
            {
                await proxy.SetEnabledAsync(server, false);
                await Task.Delay(Moment);
                await proxy.HealAsync();
            });

            async Task AddAsync(string type, object attributes)
            {
                await proxy.AddAsync(server, type, attributes);
                await Task.Delay(Moment);
                await proxy.HealAsync();
            }
        }
    }

    private async Task KillAsync(string kind, int number)
    {
        await cluster.KillAsync(kind, number);
        await cluster.StartAsync(kind, number);
    }

    private async Task PauseAsync(int silo, TimeSpan time)
    {
        await cluster.PauseAsync("silo", silo);
        await Task.Delay(time);
        await cluster.ResumeAsync("silo", silo);

        await cluster.RecoverAsync("silo", silo);
    }

    private static async Task StopAsync(string server)
    {
        await Backend.StopAsync(server);
        await Task.Delay(Moment);
        await Backend.StartAsync(server);
    }

    private async Task FlushRedisAsync()
    {
        // Only what the gateways keep there: the silos' membership is no cache.
        var address = cluster.Redis.Split(',')[0].Split(':');
        using var redis = new TcpClient(address[0], int.Parse(address[1], System.Globalization.CultureInfo.InvariantCulture));
        await using var stream = redis.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes("EVAL \"local n = 0; for _, k in ipairs(redis.call('KEYS', ARGV[1])) do redis.call('DEL', k); n = n + "
            + $"1 end; return n\" 0 {cluster.Name}:{{*\r\n"));
        var answer = new byte[64];
        if (await stream.ReadAsync(answer) == 0 || answer[0] != ':')
            throw new InvalidOperationException($"Redis did not flush: {Encoding.ASCII.GetString(answer).TrimEnd('\0')}");
    }

    private int Either() => chance.Next(1, 3);
}
