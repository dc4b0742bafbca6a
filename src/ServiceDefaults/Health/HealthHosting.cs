using JobRequests.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.Hosting;

/// <summary>Whether the process lives, and whether it can do its work.</summary>
public static class HealthHosting
{
    /// <summary>Adds the reports; each part of the process adds its checks, with the tags of <see cref="HealthTags"/>.</summary>
    public static TBuilder AddHealth<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ReadinessReport>();
        services.AddSingleton<ClockSteps>();
        services.AddHostedService(static provider => provider.GetRequiredService<ClockSteps>());
        services.AddHealthChecks().AddCheck<ProcessCheck>("process", tags: [HealthTags.Ready]).AddCheck<ClockStepCheck>("clock", tags: [HealthTags.Ready]);
        return builder;
    }

    /// <summary>
    /// <c>/health/live</c>: 200 as long as the process answers. <c>/health/ready</c>: 200 when it can do its work, also with a
    /// dependency that it can do without; else 503. The body of both names each check.
    /// </summary>
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        // A load balancer may ask from the address that all callers come from: theirs must not be its limit.
        routes.MapGet("/health/live", static (HttpContext http) => HealthJson.WriteLiveAsync(http))
            .AllowAnonymous()
            .DisableRateLimiting()
            .ExcludeFromDescription();
        routes.MapGet("/health/ready",
            static async (HttpContext http, ReadinessReport readiness) => await HealthJson.WriteAsync(http, await readiness.GetAsync(http.RequestAborted)))
            .AllowAnonymous().DisableRateLimiting().ExcludeFromDescription();
    }
}
