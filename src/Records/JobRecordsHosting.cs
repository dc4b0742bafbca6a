using JobRequests.Grains.Abstractions;
using JobRequests.Records;
using JobRequests.Streaming.Kafka;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Orleans.Hosting;

// { "Records": { "Secret": "base64 of 32 random bytes", "Producers": { "importer": { "Secret": "…", "MayActAsAdmin": false } } } }

/// <summary>Adds the format of the records of <c>requests</c> and <c>finalevents</c> to a process that reads or writes them.</summary>
public static class JobRecordsHosting
{
    public static IServiceCollection AddJobRecords(this IServiceCollection services)
    {
        services.AddOptions<SigningOptions>().BindConfiguration(SigningOptions.Section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SigningOptions>, SigningOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<RecordSignature>();
        services.AddCodec<CommandRecordCodec>(StreamNames.Requests);
        services.AddCodec<EventRecordCodec>(StreamNames.FinalEvents);
        return services;
    }

    private static void AddCodec<TCodec>(this IServiceCollection services, string provider)
        where TCodec : class, IKafkaRecordEncoder, IKafkaRecordDecoder
    {
        services.TryAddSingleton<TCodec>();
        services.AddKeyedSingleton<IKafkaRecordEncoder>(provider, static (host, _) => host.GetRequiredService<TCodec>());
        services.AddKeyedSingleton<IKafkaRecordDecoder>(provider, static (host, _) => host.GetRequiredService<TCodec>());
    }
}
