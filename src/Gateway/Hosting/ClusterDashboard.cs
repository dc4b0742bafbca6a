using JobRequests.ServiceDefaults;
using Orleans.Dashboard;

namespace Microsoft.Extensions.Hosting;

/// <summary>The silos, grains and their calls, for operators.</summary>
internal static class ClusterDashboard
{
    public const string Route = "/dashboard";

    /// <summary>Maps Orleans' dashboard at <c>/dashboard</c>, for administrators, where it is enabled. The silos have to have it too.</summary>
    public static WebApplication MapClusterDashboard(this WebApplication app)
    {
        if (!app.Services.GetRequiredService<IOptions<ClusterDashboardOptions>>().Value.Enabled) return app;
        app.MapOrleansDashboard(Route).RequireAdministrator().ExcludeFromDescription();
        return app;
    }
}
