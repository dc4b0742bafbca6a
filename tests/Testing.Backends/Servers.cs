using DotNet.Testcontainers.Configurations;
using Testcontainers.Kafka;
using Testcontainers.MongoDb;
using Testcontainers.Redis;

namespace JobRequests.Testing.Backends;

/// <summary>
/// The real servers that tests run against: those that the environment names (<c>KAFKA</c>, <c>MONGO_URL</c>, <c>REDIS</c>), else
/// containers where Docker runs, else the test is skipped with the reason; in CI such a skip is a failure.
/// </summary>
public static class Servers
{
    private const string KafkaImage = "confluentinc/cp-kafka:7.9.0";
    private const string MongoImage = "mongo:8.0";
    private const string RedisImage = "redis:8.2-alpine";

    private static readonly Lazy<Task<string>> KafkaContainer = new(static async () =>
    {
        var container = new KafkaBuilder(KafkaImage).Build();
        await container.StartAsync();
        return container.GetBootstrapAddress();
    });

    private static readonly Lazy<Task<string>> MongoContainer = new(static async () =>
    {
        var container = new MongoDbBuilder(MongoImage).WithReplicaSet().Build();
        await container.StartAsync();
        return container.GetConnectionString();
    });

    private static readonly Lazy<Task<string>> RedisContainer = new(static async () =>
    {
        var container = new RedisBuilder(RedisImage).Build();
        await container.StartAsync();
        return container.GetConnectionString();
    });

    /// <summary>Bootstrap servers, <c>host:port</c> separated by commas.</summary>
    public static Task<string> KafkaAsync() => AddressAsync("KAFKA", KafkaContainer);

    /// <summary>A <c>mongodb://</c> connection string.</summary>
    public static Task<string> MongoAsync() => AddressAsync("MONGO_URL", MongoContainer);

    /// <summary>A configuration string of StackExchange.Redis.</summary>
    public static Task<string> RedisAsync() => AddressAsync("REDIS", RedisContainer);

    /// <summary>The value of <paramref name="variable"/>, for what only the announced servers have, such as ways through a proxy.</summary>
    public static string Announced(string variable)
    {
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value) return value;
        Skip($"{variable} is not set: this test needs the servers that it names.");
        return "";
    }

    private static async Task<string> AddressAsync(string variable, Lazy<Task<string>> container)
    {
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } address) return address;
        if (TestcontainersSettings.OS.DockerEndpointAuthConfig is null) Skip($"{variable} is not set and Docker does not run here.");
        return await container.Value;
    }

    private static void Skip(string reason)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail($"{reason} In CI that is a failure.");
        Assert.Skip(reason);
    }
}
