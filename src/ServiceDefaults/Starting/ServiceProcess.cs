using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace JobRequests.ServiceDefaults;

/// <summary>What makes a process of a service.</summary>
/// <param name="CreateBuilder">Reads the settings, the arguments among them.</param>
/// <param name="Add">Adds what the process is made of.</param>
/// <param name="Map">Says what it answers.</param>
public sealed record ServiceProgram(Func<string[], WebApplicationBuilder> CreateBuilder, Action<WebApplicationBuilder> Add, Action<WebApplication> Map)
{
    /// <summary>Explains start failures of which only this service knows; null for others.</summary>
    public Func<Exception, string?>? Explain { get; init; }

    /// <summary>Options that the program has read from the command line by itself.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>Runs throw-away jobs in a host of their own.</summary>
    public required Func<CancellationToken, Task> WarmUp { get; init; }

    /// <summary>What it does once it is ready, before it only waits for its end.</summary>
    public Func<WebApplication, Task> Ready { get; init; } = static _ => Task.CompletedTask;
}

/// <summary>Runs a service as a process: until it is told to stop, or with one sentence on the error stream when it cannot start.</summary>
public static class ServiceProcess
{
    internal const int Failed = 1;

    /// <returns>The exit code: 0 when it was told to stop.</returns>
    public static async Task<int> RunAsync(string[] arguments, ServiceProgram program)
    {
        try
        {
            var builder = program.CreateBuilder(arguments);

            // A container without a shell asks the program itself whether it lives.
            if (builder.Configuration.GetValue<bool>(HealthProbe.Setting)) return await HealthProbe.RunAsync(builder.Configuration);

            program.Add(builder);
            builder.Services.AddWarmUp();
            SettingsCheck.ThrowIfMistaken(arguments, program.Options, builder.Configuration, builder.Services);
            await using var app = builder.Build();
            program.Map(app);
            if (!await app.Services.GetRequiredService<WarmUp>().RunAsync(program.WarmUp)) return 0;
            if (!await StartAsync(app)) return 0;
            await program.Ready(app);
            await app.WaitForShutdownAsync();
            return Environment.ExitCode;
        }
        catch (Exception exception)
        {
            await Console.Error.WriteLineAsync(StartFailure.Explain(exception, program.Explain));
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
        catch (Exception exception)
            when (exception is IOException { InnerException: AddressInUseException } or SocketException
                or OptionsValidationException { OptionsType.Name: nameof(KestrelServerOptions) })
        {
            // What started before the listener would work on, with services that are disposed of. Why it could not listen is what matters.
            await app.StopAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }
}
