using JobRequests.Gateway.Administration;
using JobRequests.Gateway.JobRequests;
using JobRequests.Grains.Abstractions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace JobRequests.Gateway.Tests.Hosting;

public sealed class StartTests
{
    private const string Secret = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE";

    [Theory]
    [InlineData("Production", "in production")]
    [InlineData("prod", "where others reach the service", "Kestrel:Endpoints:one:Url=http://0.0.0.0:0")]
    [InlineData("Test", "where others reach the service", "Kestrel:Endpoints:one:Url=http://127.0.0.1:0", "Kestrel:Endpoints:two:Url=http://*:0")]
    [InlineData("Test", "where others reach the service", "Kestrel:Endpoints:one:Url=http://[::]:0")]
    [InlineData("Test", "where others reach the service", "Kestrel:Endpoints:one:Url=http://127.0.0.1:0", "PreferHostingUrls=true", "Urls=http://0.0.0.0:0")]
    [InlineData("Test", "where others reach the service", "Urls=http://127.0.0.1:0;http://0.0.0.0:0")]
    [InlineData("Test", "where others reach the service", "Urls=", "HTTP_PORTS=0")]
    [InlineData("Test", "beside", "Identity:Authority=https://issuer.example", "Identity:Audience=a")]
    [InlineData("Test", "beside", "Identity:Issuer=i", "Identity:Audience=a", "Identity:Keys:0:K=" + Secret)]
    [InlineData("Test", "beside", "Identity:Keys:0:K=" + Secret)]
    public async Task Development_identities_are_refused_where_others_could_use_them(string environment, string expected, params string[] settings)
    {
        var failure = await StartAsync(
            environment, [("Identity:Development", "true"), .. settings.Select(static setting => (setting.Split('=', 2)[0], setting.Split('=', 2)[1]))]);

        Assert.Contains($"Identity:Development must be false {expected}", failure);
    }

    [Fact]
    public async Task Development_identities_start_on_loopback() =>
        Assert.Null(await StartAsync("Test", ("Identity:Development", "true"), ("Kestrel:Endpoints:one:Url", "http://127.0.0.1:0")));

    [Fact]
    public async Task Development_identities_are_refused_where_code_listens() =>
        Assert.Contains("where others reach the service",
            await StartAsync(
                "Test", static builder => builder.WebHost.ConfigureKestrel(static kestrel => kestrel.ListenAnyIP(0)), ("Identity:Development", "true")));

    [Fact]
    public async Task A_new_endpoint_is_not_open_to_everybody()
    {
        using var logs = new RecordedLogs();
        var builder = Builder("Test", [("Identity:Development", "true"), ("Kestrel:Endpoints:one:Url", "http://127.0.0.1:0")]);
        builder.Logging.AddProvider(logs);
        await using var app = builder.Build();
        app.MapGateway();
        await app.StartAsync();

        builder.Configuration["Kestrel:Endpoints:two:Url"] = "http://0.0.0.0:0";
        ((IConfigurationRoot)builder.Configuration).Reload();

        await Idempotency.Redis.Eventually.TrueAsync(() =>
            Task.FromResult(app.Urls.Count > 1 || logs.Lines.Any(static line => line.StartsWith("Critical", StringComparison.Ordinal))),
            "the new endpoint is opened or refused");
        Assert.Single(app.Urls);
        Assert.Contains(logs.Lines, static line => line.Contains("where others reach the service", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Production_starts_with_tokens() => Assert.Null(await StartAsync(
        "Production", ("Identity:Issuer", "i"), ("Identity:Audience", "a"), ("Identity:Keys:0:K", Secret)));

    [Theory]
    [InlineData("Nobody could call")]
    [InlineData("Identity:Audience is required", "Identity:Issuer=i", "Identity:Keys:0:K=" + Secret)]
    [InlineData("Identity:Keys or Identity:KeySet is required", "Identity:Issuer=i", "Identity:Audience=a")]
    [InlineData("at least 32 bytes", "Identity:Issuer=i", "Identity:Audience=a", "Identity:Keys:0:K=c2hvcnQ")]
    [InlineData("must have n and e", "Identity:Issuer=i", "Identity:Audience=a", "Identity:Keys:0:Kty=RSA")]
    [InlineData("must be a JSON Web Key Set", "Identity:Issuer=i", "Identity:Audience=a", "Identity:KeySet=nonsense")]
    [InlineData("Identity:Authority must be an https address, but is http://x", "Identity:Authority=http://x", "Identity:Audience=a")]
    [InlineData("must not contain none", "Identity:Issuer=i", "Identity:Audience=a", "Identity:Keys:0:K=" + Secret, "Identity:Algorithms:0=None")]
    [InlineData("Identity:ClockSkew must be between 0 and 30 seconds, but is 00:05:00", "Identity:Issuer=i", "Identity:Audience=a", "Identity:Keys:0:K="
        + Secret, "Identity:ClockSkew=00:05:00")]
    [InlineData("Gateway:MaxInFlight must be between 1 and 1000000, but is 0", "Identity:Development=true", "Gateway:MaxInFlight=0")]
    [InlineData("Gateway:DefaultWait must be between 00:00:00 and 00:00:30, but is 00:01:00", "Identity:Development=true", "Gateway:DefaultWait=00:01:00")]
    [InlineData("Gateway:MaxBodyBytes must be between 1024 and 65536, but is 1000000", "Identity:Development=true", "Gateway:MaxBodyBytes=1000000")]
    public async Task A_wrong_setting_is_named_at_start(string expected, params string[] settings)
    {
        var failure = await StartAsync("Test", [.. settings.Select(setting => (setting.Split('=', 2)[0], setting.Split('=', 2)[1]))]);

        Assert.Contains(expected, failure);
        Assert.DoesNotContain(Secret, failure);
    }

    private static WebApplicationBuilder Builder(string environment, (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IJobRequests>(new ScriptedJobs());
        builder.Services.AddSingleton<IClusterOperations>(new ScriptedOperations());
        builder.Services.AddSingleton<IJobEventLog>(new ScriptedEventLog());
        builder.AddGateway();
        return builder;
    }

    private static Task<string?> StartAsync(string environment, params (string Key, string Value)[] settings) =>
        StartAsync(environment, static _ => { }, settings);

    private static async Task<string?> StartAsync(string environment, Action<WebApplicationBuilder> configure, params (string Key, string Value)[] settings)
    {
        var builder = Builder(environment, settings);
        configure(builder);
        try
        {
            await using var app = builder.Build();
            app.MapGateway();
            await app.StartAsync();
            await app.StopAsync();
            return null;
        }
        catch (OptionsValidationException exception)
        {
            return exception.Message;
        }
    }
}
