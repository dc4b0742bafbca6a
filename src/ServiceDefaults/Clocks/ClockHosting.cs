using JobRequests.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Extensions.Hosting;

/// <summary>Registers the comparison of clocks and the check <c>clocks</c>.</summary>
public static class ClockHosting
{
    /// <param name="builder">A host that is part of the cluster: it has an <see cref="Orleans.IGrainFactory"/>.</param>
    /// <param name="setting">Name of the setting that holds the tolerance.</param>
    /// <param name="tolerance">Its value.</param>
    public static IHostApplicationBuilder AddClockWatch(this IHostApplicationBuilder builder, string setting, Func<IServiceProvider, TimeSpan> tolerance)
    {
        builder.Services.AddSingleton(provider => new ClockTolerance(tolerance(provider), setting));
        builder.Services.AddSingleton<ClockWatch>();
        builder.Services.AddHostedService(static provider => provider.GetRequiredService<ClockWatch>());
        builder.Services.AddHealthChecks().AddCheck<ClockCheck>("clocks", tags: [HealthTags.Ready]);
        return builder;
    }
}
