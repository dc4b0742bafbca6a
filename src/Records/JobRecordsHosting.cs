using JobRequests.Grains.Abstractions;
using JobRequests.Records;
using JobRequests.Streaming.Kafka;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Orleans.Hosting;

// {
//   "Records": {
//     "Secrets": { "1": "base64 of 32 random bytes", "2": "…" }, "SignWith": 1,
//     "Producers": { "importer": { "Secret": "…", "Callers": [ "ann" ], "MayActAsAdmin": false } }
//   }
// }

/// <summary>Adds the format of the records of <c>requests</c> and <c>finalevents</c> to a process that reads or writes them.</summary>
public static class JobRecordsHosting
{
    public static IServiceCollection AddJobRecords(this IServiceCollection services)
    {
        if (services.Any(static service => service.ServiceType == typeof(RecordSignature))) return services;
        services.AddOptions<SigningOptions>().BindConfiguration(SigningOptions.Section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SigningOptions>, SigningOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<RecordSignature>();
        services.AddCodec<CommandRecordCodec>(StreamNames.Requests);
        services.AddCodec<EventRecordCodec>(StreamNames.FinalEvents);
        return services;
    }

    /// <summary>Adds a check that is Degraded while records come that no key of this process has signed.</summary>
    /// <param name="builder">The host's health checks.</param>
    /// <param name="tags">Tags to select the check by.</param>
    public static IHealthChecksBuilder AddRecordSignatures(this IHealthChecksBuilder builder, params string[] tags) =>
        builder.AddCheck<RecordSignatureCheck>("records", tags: tags);

    private static void AddCodec<TCodec>(this IServiceCollection services, string provider)
        where TCodec : class, IKafkaRecordEncoder, IKafkaRecordDecoder
    {
        services.TryAddSingleton<TCodec>();
        services.AddKeyedSingleton<IKafkaRecordEncoder>(provider, static (host, _) => host.GetRequiredService<TCodec>());
        services.AddKeyedSingleton<IKafkaRecordDecoder>(provider, static (host, _) => host.GetRequiredService<TCodec>());
        services.AddKeyedSingleton<IKafkaMarkSigner>(provider, static (host, _) => host.GetRequiredService<RecordSignature>());
    }
}
