using JobRequests.Persistence.MongoDB;
using JobRequests.ServiceDefaults;
using JobRequests.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Orleans.Clustering.Redis;

namespace JobRequests.Silo.Tests;

/// <summary>What a silo says of settings that it does not know or cannot read.</summary>
public sealed class SettingsTests
{
    [Theory]
    [InlineData]
    [InlineData("--Orleans:Endpoints:SiloPort=0", "--Orleans:Endpoints:AdvertisedIPAddress=127.0.0.1", "--Orleans:Membership:ProbeTimeout=00:00:02",
        "--Orleans:Name=one")]
    [InlineData("--Records:Producers:importer:MayActAsAdmin=true", "--Orleans:GrainStorage:jobs:Indexes:0:Path=$.a",
        "--Orleans:Streaming:requests:Client:security.protocol=SSL")]
    public void Settings_that_a_silo_reads_are_known(params string[] arguments) => Assert.Empty(Mistakes(arguments));

    [Fact]
    public void Settings_from_Aspire_lead_to_the_same_providers_and_checks()
    {
        string[] aspire =
        [
            "--Orleans:Clustering:ServiceKey=cache", "--ConnectionStrings:cache=cache:6379",
            "--Orleans:GrainStorage:jobs:ProviderType=MongoDBDatabase", "--Orleans:GrainStorage:jobs:ServiceKey=store",
            "--ConnectionStrings:store=mongodb://store",
            "--Orleans:Streaming:requests:ProviderType=KafkaServer", "--Orleans:Streaming:requests:ServiceKey=log",
            "--Orleans:Streaming:finalevents:ProviderType=KafkaServer", "--Orleans:Streaming:finalevents:ServiceKey=log", "--ConnectionStrings:log=log:9092",
        ];
        var (own, theirs) = (Added(), Added(aspire));

        Assert.Empty(Mistakes(aspire));
        Assert.Equal(Services(own), Services(theirs));
        Assert.Equal(Checks(own), Checks(theirs));
        var kafka = KafkaSettings.Of(theirs.Configuration);
        Assert.Equal(("ConnectionStrings:log", "log:9092", 2), (kafka?.Setting, kafka?.Client.BootstrapServers, kafka?.Streams.Count));
        using var provider = theirs.Services.BuildServiceProvider();
        Assert.Equal("mongodb://store", provider.GetRequiredService<IOptionsMonitor<MongoGrainStorageOptions>>().Get("jobs").ConnectionString);
        Assert.Contains(
            "cache:6379", provider.GetRequiredService<IOptions<RedisClusteringOptions>>().Value.ConfigurationOptions?.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("There is no setting Jobs:IdelAfter; did you mean Jobs:IdleAfter?", "--Jobs:IdelAfter=00:01:00")]
    [InlineData("There is no setting Orleans:Memberhsip; did you mean Orleans:Membership?", "--Orleans:Memberhsip:ProbeTimeout=00:00:02")]
    [InlineData("There is no setting Orleans:Endpoints:SiloPorts; did you mean Orleans:Endpoints:SiloPort?", "--Orleans:Endpoints:SiloPorts=1")]
    [InlineData(
        "There is no setting Orleans:GrainStorage:jobs:Databse; did you mean Orleans:GrainStorage:jobs:Database?", "--Orleans:GrainStorage:jobs:Databse=x")]
    [InlineData(
        "There is no setting Records:Producers:importer:Secrt; did you mean Records:Producers:importer:Secret?", "--Records:Producers:importer:Secrt=x")]
    [InlineData("Orleans:Endpoints:AdvertisedIPAddress must be an IP address, but is 'here'.", "--Orleans:Endpoints:AdvertisedIPAddress=here")]
    [InlineData("Logging:LogLevel:Default must be one of Trace, Debug, Information, Warning, Error, Critical, None, but is 'Wrnaing'.",
        "--Logging:LogLevel:Default=Wrnaing")]
    public void A_mistake_is_named_with_what_was_meant(string expected, params string[] arguments) => Assert.Equal([expected], Mistakes(arguments));

    [Fact]
    public void Every_setting_with_an_unreadable_value_is_named()
    {
        var builder = Added();
        var readable = KnownSettings.Of(builder.Services)
            .Values("")
            .Where(static value => value.Type != typeof(string))
            .Select(static value => value.Path)
            .ToList();
        Assert.True(readable.Count > 60, $"Only {readable.Count} settings with a form were found.");
        foreach (var path in readable) builder.Configuration[path] = "nonsense";

        var mistakes = SettingsCheck.FindMistakes([], [], builder.Configuration, builder.Services);

        Assert.All(readable, path => Assert.Contains(mistakes, mistake => mistake.StartsWith($"{path} must be ", StringComparison.Ordinal)));
    }

    private static IEnumerable<string> Services(WebApplicationBuilder builder) =>
        builder.Services.Select(static service => $"{service.ServiceType} {service.ServiceKey}").Order();

    private static IEnumerable<string> Checks(WebApplicationBuilder builder)
    {
        using var provider = builder.Services.BuildServiceProvider();
        return [.. provider.GetRequiredService<IOptions<HealthCheckServiceOptions>>().Value.Registrations.Select(static check => check.Name)];
    }

    private static IReadOnlyList<string> Mistakes(params string[] arguments)
    {
        var builder = Added(arguments);
        return SettingsCheck.FindMistakes(arguments, [], builder.Configuration, builder.Services);
    }

    private static WebApplicationBuilder Added(params string[] arguments)
    {
        var builder = WebApplication.CreateBuilder(
            new WebApplicationOptions { Args = arguments, ContentRootPath = Path.Combine(Repository.Root, "src", "Silo") });
        SiloProcess.Add(builder);
        return builder;
    }
}
