using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace JobRequests.ServiceDefaults;

/// <summary>
/// Whether Orleans' dashboard is there, on silos and gateways alike. Off by default: it measures each call of a grain, and counts all grains every second.
/// </summary>
public sealed class ClusterDashboardOptions
{
    public const string Section = "Dashboard";

    public bool Enabled { get; set; }

    /// <summary>Declares the setting, and reads it.</summary>
    public static bool IsEnabled(IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<ClusterDashboardOptions>().BindConfiguration(Section);
        return builder.Configuration.GetSection(Section).Get<ClusterDashboardOptions>() is { Enabled: true };
    }
}
