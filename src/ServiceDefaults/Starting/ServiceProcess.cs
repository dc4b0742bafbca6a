using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace JobRequests.ServiceDefaults;

/// <summary>Runs a service as a process: until it is told to stop, or with one sentence on the error stream when it cannot start.</summary>
public static class ServiceProcess
{
    internal const int Failed = 1;

    /// <param name="builder">Knows the settings.</param>
    /// <param name="build">Makes the service.</param>
    /// <param name="explain">Explains start failures of which only this service knows; null for others.</param>
    /// <returns>The exit code: 0 when it was told to stop.</returns>
    public static async Task<int> RunAsync(WebApplicationBuilder builder, Func<WebApplicationBuilder, WebApplication> build, Func<Exception, string?>? explain = null)
    {
        // A container without a shell asks the program itself whether it lives.
        if (builder.Configuration.GetValue<bool>(HealthProbe.Setting)) return await HealthProbe.RunAsync(builder.Configuration);

        try
        {
            await using var app = build(builder);
            if (!await StartAsync(app)) return 0;
            await app.WaitForShutdownAsync();
            return Environment.ExitCode;
        }
        catch (Exception exception)
        {
            await Console.Error.WriteLineAsync(StartFailure.Explain(exception, explain));
            return Failed;
        }
    }

    /// <returns>False if it was told to stop while it started, or still waited for a server.</returns>
    private static async Task<bool> StartAsync(WebApplication app)
    {
        try
        {
            await app.StartAsync();
            return true;
        }
        catch (Exception) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // What has started leaves as it should.
            await app.StopAsync();
            return false;
        }
    }
}
