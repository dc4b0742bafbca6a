using JobRequests.Grains;
using JobRequests.Grains.Abstractions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Configuration;
using Orleans.Storage;

namespace Orleans.Hosting;

// { "Jobs": { "MaxFailsPerCaller": 32, "ClockTolerance": "00:00:02", "IdleAfter": "00:02:00", … } }

/// <summary>Adds the job grains to a silo. Storage <c>jobs</c> and streams <c>requests</c> and <c>finalevents</c> come from the silo's providers.</summary>
public static class JobGrainsHosting
{
    public static ISiloBuilder AddJobGrains(this ISiloBuilder silo, IConfiguration configuration)
    {
        var services = silo.Services;
        var section = configuration.GetSection(JobRequestOptions.Section);
        services.AddOptions<JobRequestOptions>().Configure(section.Bind).ValidateOnStart();
        services.AddSingleton<Microsoft.Extensions.Options.IValidateOptions<JobRequestOptions>, JobRequestOptionsValidator>();
        services.AddOptions<GrainCollectionOptions>().Configure<Microsoft.Extensions.Options.IOptions<JobRequestOptions>>((collection, jobs) =>
        {
            collection.CollectionAge = jobs.Value.IdleAfter;
            collection.CollectionQuantum = jobs.Value.IdleAfter / 4;
            // More jobs may come within that time than there is memory for: those that were used longest ago leave sooner.
            collection.EnableActivationSheddingOnMemoryPressure = true;
            collection.MemoryUsageLimitPercentage = 70;
            collection.MemoryUsageTargetPercentage = 50;
            collection.MemoryUsagePollingPeriod = TimeSpan.FromMilliseconds(500);
        });
        services.AddCommandSerializer();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<SteadyClock>();
        services.AddKeyedSingleton<TimeProvider>(KeyedService.AnyKey, static (provider, _) => provider.GetRequiredService<SteadyClock>());
        services.AddKeyedSingleton<IGrainStorageSerializer, JobDocumentSerializer>(JobRequestOptions.StorageName);
        services.AddSingleton<SweepShare>();
        silo.AddPlacementDirector<OnSiloPlacement, OnSiloPlacementDirector>();
        services.AddSingleton<PublicationBacklog>();
        services.AddSingleton<IViewFeed>(static provider => provider.GetRequiredService<PublicationBacklog>());
        services.AddSingleton<ViewLag>();
        services.AddSingleton<JobViewStatistics>();
        services.AddHostedService(static provider => provider.GetRequiredService<ViewLag>());
        services.TryAddSingleton<DecisionRate>();
        services.AddHostedService<OutboxSweeper>();
        services.AddHostedService<DeadlineSweeper>();
        return silo;
    }
}
