using JobRequests.Gateway.Idempotency;
using JobRequests.Gateway.Idempotency.Redis;
using JobRequests.Gateway.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace JobRequests.Gateway.Tests.Idempotency.Redis;

public sealed class RedisRegistrationTests
{
    [Fact]
    public async Task Without_a_connection_string_the_cache_is_in_memory()
    {
        await using var host = await GatewayHost.StartAsync();

        Assert.IsType<InMemoryIdempotencyCache>(host.App.Services.GetRequiredService<IIdempotencyCache>());
    }

    [Fact]
    public async Task A_gateway_answers_without_Redis_and_hides_its_password()
    {
        await using var host = await GatewayHost.StartAsync(("ConnectionStrings:redis", "127.0.0.1:1,user=gateway-user,password=hunter2-secret"));
        Assert.IsType<RedisIdempotencyCache>(host.App.Services.GetRequiredService<IIdempotencyCache>());

        for (var i = 0; i < 10; i++) Assert.Equal(201, (await host.PostAsync("/v1/job-requests", Http.Create, "zoe", "k" + i)).Status);
        var health = await ActivatorUtilities.CreateInstance<RedisCheck>(host.App.Services).CheckHealthAsync(new());

        Assert.Contains("127.0.0.1:1", health.Description, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2-secret", health.ToString() + health.Exception, StringComparison.Ordinal);
        Assert.Contains(host.Logs.Lines, line => line.Contains("Redis at 127.0.0.1:1", StringComparison.Ordinal));
        Assert.DoesNotContain(host.Logs.Lines, line => line.Contains("hunter2-secret", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("127.0.0.1:6379,password=hunter2-secret,nonsense=hunter2-secret")]
    [InlineData("password=hunter2-secret")]
    [InlineData("127.0.0.1:6379,syncTimeout=hunter2-secret")]
    public async Task An_unreadable_connection_string_is_named_not_repeated(string connectionString)
    {
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => GatewayHost.StartAsync(("ConnectionStrings:redis", connectionString)));

        Assert.Contains("ConnectionStrings:redis", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2-secret", exception.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Gateway:RedisTimeout", "00:00:00")]
    [InlineData("Gateway:RedisTimeout", "00:00:00.051")]
    [InlineData("Gateway:RedisBreak", "00:00:00.1")]
    [InlineData("Gateway:RedisBreak", "00:02:00")]
    [InlineData("Gateway:RedisKeyPrefix", "")]
    [InlineData("Gateway:RedisKeyPrefix", "a{b}")]
    public async Task A_wrong_setting_is_refused_by_name(string setting, string value)
    {
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(
            () => GatewayHost.StartAsync(("ConnectionStrings:redis", "127.0.0.1:1"), (setting, value)));

        Assert.StartsWith(setting + " must", Assert.Single(exception.Failures), StringComparison.Ordinal);
    }
}
