using JobRequests.Client;
using JobRequests.Client.Wire;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Timeout;

namespace Microsoft.Extensions.DependencyInjection;

public static class JobRequestsClientServiceCollectionExtensions
{
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Adds <see cref="JobRequestsClient"/>, with in-memory pending requests unless an <see cref="IPendingRequestStore"/> is registered.
    /// Reads are retried by the resilience handler; commands by the client, which knows their key.
    /// </summary>
    public static IHttpClientBuilder AddJobRequestsClient(this IServiceCollection services, Action<JobRequestsClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = services.AddOptions<JobRequestsClientOptions>();
        if (configure is not null)
            options.Configure(configure);
        services.TryAddSingleton<IPendingRequestStore, InMemoryPendingRequestStore>();
        services.TryAddSingleton(TimeProvider.System);

        var client = services.AddHttpClient<JobRequestsClient, JobRequestsClient>((http, provider) => new JobRequestsClient(
            http,
            provider.GetRequiredService<IOptions<JobRequestsClientOptions>>().Value,
            provider.GetRequiredService<IPendingRequestStore>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetService<ILogger<JobRequestsClient>>()));
        client.ConfigureHttpClient((provider, http) =>
        {
            http.BaseAddress = provider.GetRequiredService<IOptions<JobRequestsClientOptions>>().Value.BaseAddress;
            // The client bounds each attempt itself, and the handler each read.
            http.Timeout = Timeout.InfiniteTimeSpan;
        });
        client.AddResilienceHandler("job-requests-reads", (pipeline, context) =>
        {
            pipeline.TimeProvider = context.ServiceProvider.GetRequiredService<TimeProvider>();
            pipeline.AddRetry(ReadRetry()).AddTimeout(new HttpTimeoutStrategyOptions { TimeoutGenerator = Limit });
        });
        return client;
    }

    private static HttpRetryStrategyOptions ReadRetry()
    {
        var transient = new HttpRetryStrategyOptions().ShouldHandle;
        return new HttpRetryStrategyOptions
        {
            MaxRetryAttempts = 3,
            Delay = TimeSpan.FromMilliseconds(200),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            ShouldRetryAfterHeader = true,
            ShouldHandle = attempt => RepeatedByClient(attempt.Context) ? ValueTask.FromResult(false) : transient(attempt),
        };
    }

    private static ValueTask<TimeSpan> Limit(TimeoutGeneratorArguments attempt) =>
        ValueTask.FromResult(RepeatedByClient(attempt.Context) ? Timeout.InfiniteTimeSpan : ReadTimeout);

    private static bool RepeatedByClient(ResilienceContext context) =>
        context.GetRequestMessage() is { } message && message.Options.TryGetValue(GatewayConnection.RepeatedByClient, out var repeated) && repeated;
}
