using JobRequests.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Microsoft.Extensions.Hosting;

/// <summary>Lets a process answer HTTP before it has reached the servers it works with.</summary>
public static class ListenFirstHosting
{
    /// <summary>
    /// Hosted services that were registered so far start after the HTTP listener, in their order, and stop after it has drained. A
    /// process that waits for a server can so be asked what it is waiting for. Call it last.
    /// </summary>
    public static TBuilder ListenFirst<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        var services = builder.Services;
        foreach (var descriptor in services.Where(static service => service.ServiceType == typeof(IHostedService) && !service.IsKeyedService).ToList())
        {
            services.Remove(descriptor);
            services.Add(AfterListening(descriptor));
        }

        services.AddHostedService<StartedAfterListening>();
        services.AddDrain();
        return builder;
    }

    private static ServiceDescriptor AfterListening(ServiceDescriptor descriptor) => descriptor switch
    {
        { ImplementationInstance: { } instance } => ServiceDescriptor.KeyedSingleton(typeof(IHostedService), StartedAfterListening.Key, instance),
        { ImplementationFactory: { } factory } =>
            ServiceDescriptor.KeyedSingleton(typeof(IHostedService), StartedAfterListening.Key, (provider, _) => factory(provider)),
        _ => ServiceDescriptor.KeyedSingleton(typeof(IHostedService), StartedAfterListening.Key, descriptor.ImplementationType!),
    };
}

/// <summary>The hosted services that start when the process listens already.</summary>
internal sealed partial class StartedAfterListening(IServiceProvider services, IHostApplicationLifetime lifetime, ILogger<StartedAfterListening> logger)
    : IHostedLifecycleService
{
    public const string Key = "after listening";

    private readonly Stack<IHostedService> _started = new();
    private IReadOnlyList<IHostedService> _all = [];
    private IHostedService? _current;

    /// <summary>Makes them: settings that are wrong are found before anything listens.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Before anything is made with them.
        foreach (var validator in services.GetServices<IConfigurationValidator>()) validator.ValidateConfiguration();
        _all = [.. services.GetKeyedServices<IHostedService>(Key)];
        return Task.CompletedTask;
    }

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        foreach (var service in _all)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _current = service;
            await service.StartAsync(cancellationToken);
            _current = null;
            _started.Push(service);
            if (service is BackgroundService { ExecuteTask: { } running }) _ = WatchAsync(service, running);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        List<Exception> failures = [];
        if (_current is not null) await StopHalfStartedAsync(_current, cancellationToken);
        while (_started.TryPop(out var service))
        {
            try
            {
                await service.StopAsync(cancellationToken);
            }
            catch (Exception exception)
            {
                // The others have to stop all the same.
                failures.Add(exception);
            }
        }

        if (failures.Count > 0) throw new AggregateException("Not everything stopped cleanly.", failures);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // A silo that was stopped between becoming a member and the end of its start leaves by this; one that was not that far refuses.
    private async Task StopHalfStartedAsync(IHostedService service, CancellationToken cancellationToken)
    {
        try
        {
            await service.StopAsync(cancellationToken);
        }
        catch (Exception exception)
        {
            HalfStarted(logger, exception, service.GetType().Name);
        }
    }

    // The host itself watches only those that it starts itself.
    private async Task WatchAsync(IHostedService service, Task running)
    {
        try
        {
            await running;
        }
        catch (Exception exception) when (!lifetime.ApplicationStopping.IsCancellationRequested)
        {
            ServiceFailed(logger, exception, service.GetType().Name);
            Environment.ExitCode = ServiceProcess.Failed;
            lifetime.StopApplication();
        }
        catch (OperationCanceledException)
        {
            // That is how it ends when the process stops.
        }
    }

    [LoggerMessage(LogLevel.Information, "{Service} was stopped while it started.")]
    private static partial void HalfStarted(ILogger logger, Exception exception, string service);

    [LoggerMessage(LogLevel.Critical, "{Service} failed; the process stops.")]
    private static partial void ServiceFailed(ILogger logger, Exception exception, string service);
}
