using System.Globalization;
using System.Net;
using JobRequests.ServiceDefaults;
using Orleans.Clustering.Redis;
using Orleans.Configuration;

namespace Microsoft.Extensions.Hosting;

// "Orleans": {
//   "Endpoints": { "SiloPort": 11111, "GatewayPort": 30000, "AdvertisedIPAddress": "10.0.0.7" },
//   "Membership": { "ProbeTimeout": "00:00:01.500", "NumMissedProbesLimit": 2, … }
// }

/// <summary>How a silo meets the others: where it is reached, and how soon it notices that one of them has gone.</summary>
internal static class ClusterMember
{
    private const string Endpoints = "Orleans:Endpoints";
    private const string Membership = "Orleans:Membership";

    public static IHostApplicationBuilder AddClusterMember(this IHostApplicationBuilder builder)
    {
        builder.AddClusteringSettings();
        builder.Services.AddSettings(Endpoints, typeof(EndpointOptions));
        builder.Services.AddSettings(Membership, typeof(ClusterMembershipOptions));

        // Port 0 as everywhere: a free one. To Orleans it would mean "none".
        foreach (var port in new[] { $"{Endpoints}:SiloPort", $"{Endpoints}:GatewayPort" })
            if (builder.Configuration[port] == "0")
                builder.Configuration[port] = ListenAddresses.FreePort().ToString(CultureInfo.InvariantCulture);

        // Shared: Orleans does not dispose it.
        if (IsOnRedis(builder))
            builder.Services.AddOptions<RedisClusteringOptions>().Configure<RedisConnection>(static (options, redis) =>
                options.CreateMultiplexer = async _ => (await redis.ConnectAsync(), IsShared: true));
        builder.Services.AddOptions<EndpointOptions>()
            .Validate(static options => options.SiloPort is > 0 and <= IPEndPoint.MaxPort, $"{Endpoints}:SiloPort must be between 0 and {IPEndPoint.MaxPort}.")
            .Validate(static options => options.GatewayPort is >= 0
                and <= IPEndPoint.MaxPort, $"{Endpoints}:GatewayPort must be between 0 and {IPEndPoint.MaxPort}.")
            .ValidateOnStart();
        builder.Services.AddOptions<ClusterMembershipOptions>()
            .Configure(WithinSeconds)
            .BindConfiguration(Membership)
            .Validate(static options => options.ProbeTimeout > TimeSpan.Zero
                && options.ProbeTimeout <= TimeSpan.FromMinutes(1), $"{Membership}:ProbeTimeout must be above 0 and at most 00:01:00.")
            .Validate(static options => options.NumMissedProbesLimit > 0, $"{Membership}:NumMissedProbesLimit must be at least 1.")
            .Validate(static options => options.NumVotesForDeathDeclaration > 0, $"{Membership}:NumVotesForDeathDeclaration must be at least 1.")
            .Validate(static options => options.IAmAliveTablePublishTimeout > TimeSpan.Zero, $"{Membership}:IAmAliveTablePublishTimeout must be above 0.")
            .Validate(static options => options.TableRefreshTimeout > TimeSpan.Zero, $"{Membership}:TableRefreshTimeout must be above 0.")
            .ValidateOnStart();
        return builder;
    }

    /// <summary>What has to run beside a silo that is a member by Redis. Registered after it.</summary>
    public static IHostApplicationBuilder AddMembershipKeeper(this IHostApplicationBuilder builder)
    {
        if (IsOnRedis(builder)) builder.Services.AddHostedService<MembershipKeeper>();
        return builder;
    }

    private static bool IsOnRedis(IHostApplicationBuilder builder) => builder.Configuration["Orleans:Clustering:ProviderType"] == "Redis";

    /// <summary>A silo that has gone is noticed within seconds; one that pauses for a second is not taken for gone.</summary>
    private static void WithinSeconds(ClusterMembershipOptions options)
    {
        options.ProbeTimeout = TimeSpan.FromSeconds(1.5);
        options.NumMissedProbesLimit = 2;

        // Of two silos one alone has to decide that the other has gone.
        options.NumVotesForDeathDeclaration = 1;
        options.TableRefreshTimeout = TimeSpan.FromSeconds(5);

        // After all silos were killed, the next one waits until their entries are this old, three times over.
        options.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(3);
    }
}
