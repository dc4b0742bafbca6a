using System.Globalization;
using JobRequests.ServiceDefaults;
using Microsoft.Extensions.Options;
using Orleans.Clustering.Redis;
using Orleans.Configuration;
using StackExchange.Redis;

namespace Microsoft.Extensions.Hosting;

// Key "<service>/members/<cluster>", a hash: Version → the table's version, <silo address> → that silo's entry as JSON.

/// <summary>
/// Keeps a copy of the membership table and puts it back when Redis has lost it: emptied, restarted without its data, or restored from
/// an older state. Redis is a cache here as elsewhere; but without this a silo that joins an emptied table makes a cluster of its own,
/// and the others end themselves once its version passes theirs.
/// </summary>
internal sealed partial class MembershipKeeper(
    RedisConnection redis, IOptions<RedisClusteringOptions> clustering, IOptions<ClusterOptions> cluster, ILocalSiloDetails silo, ISiloStatusOracle oracle,
    TimeProvider time, ILogger<MembershipKeeper> logger)
    : BackgroundService
{
    private const string Version = "Version";

    // One of several silos puts it back; the others find it there. Silos that joined meanwhile stay, and the version continues from the higher one.
    private const string Restore =
        """
        local version = tonumber(redis.call('HGET', KEYS[1], 'Version') or '-1')
        if version >= tonumber(ARGV[2]) and redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then return 0 end
        for i = 3, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
        redis.call('HSET', KEYS[1], 'Version', string.format('%d', math.max(version, tonumber(ARGV[2])) + 1))
        return 1
        """;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly RedisKey _key = clustering.Value.CreateRedisKey(cluster.Value);
    private readonly RedisValue _self = silo.SiloAddress.ToString();
    private HashEntry[] _kept = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var connection = await redis.ConnectAsync();
            using var timer = new PeriodicTimer(Period, time);
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                // Who leaves, or was told to, puts nothing back.
                if (oracle.CurrentStatus != SiloStatus.Active) continue;
                try
                {
                    await KeepAsync(connection.GetDatabase());
                }
                catch (Exception exception) when (exception is RedisException or TimeoutException)
                {
                    NotNow(logger, exception);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops, or does not get to start.
        }
    }

    private async Task KeepAsync(IDatabase database)
    {
        var table = await database.HashGetAllAsync(_key);
        if (table.Any(row => row.Name == _self) && VersionOf(table) >= VersionOf(_kept))
        {
            _kept = table;
            return;
        }

        // Not seen yet: Orleans has written its entry, or the table would not call this silo active, but then it was lost at once.
        if (_kept.Length == 0) return;
        var arguments = _kept.Where(static row => row.Name != Version).SelectMany(static row => new[] { row.Name, row.Value });
        var restored = (int)await database.ScriptEvaluateAsync(Restore, [_key], [_self, VersionOf(_kept), .. arguments]);
        if (restored == 1) Replayed(logger, VersionOf(table), VersionOf(_kept), Docs.Redis);
    }

    private static int VersionOf(HashEntry[] table) =>
        int.TryParse((string?)table.FirstOrDefault(static row => row.Name == Version).Value, NumberStyles.Integer, CultureInfo.InvariantCulture,
            out var version) ? version : -1;

    [LoggerMessage(LogLevel.Warning, "Redis had lost the membership table (version {Found} instead of {Kept}); it was restored. See {Docs}.")]
    private static partial void Replayed(ILogger logger, int found, int kept, string docs);

    [LoggerMessage(LogLevel.Debug, "The membership table cannot be read now.")]
    private static partial void NotNow(ILogger logger, Exception exception);
}
