using JobRequests.Clocks;
using JobRequests.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Extensions.Hosting;

/// <summary>Registers the comparison of clocks and the check <c>clocks</c>.</summary>
public static class ClockHosting
{
    /// <param name="builder">A host that is part of the cluster: it has an <see cref="Orleans.IGrainFactory"/>.</param>
    /// <param name="tolerance">How far clocks may differ.</param>
    public static IHostApplicationBuilder AddClockWatch(this IHostApplicationBuilder builder, Func<IServiceProvider, ClockTolerance> tolerance)
    {
        builder.Services.AddSingleton(tolerance);
        builder.Services.AddSingleton<ClockWatch>();
        builder.Services.AddHostedService(static provider => provider.GetRequiredService<ClockWatch>());
        builder.Services.AddHealthChecks().AddCheck<ClockCheck>("clocks", tags: [HealthTags.Ready]);
        return builder;
    }
}
