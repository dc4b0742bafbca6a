using JobRequests.Streaming.Kafka;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Providers;

[assembly: RegisterProvider("Kafka", "Streaming", "Silo", typeof(KafkaStreamProviderBuilder))]
[assembly: RegisterProvider("Kafka", "Streaming", "Client", typeof(KafkaStreamProviderBuilder))]

// The name that Aspire derives from its resource.
[assembly: RegisterProvider("KafkaServer", "Streaming", "Silo", typeof(KafkaStreamProviderBuilder))]
[assembly: RegisterProvider("KafkaServer", "Streaming", "Client", typeof(KafkaStreamProviderBuilder))]

namespace JobRequests.Streaming.Kafka;

// "file": the code that Orleans generates names any other type as soon as the assembly is loaded, and so loads the runtime of silos into tools
// that only read. Orleans finds this one by its attribute.
file sealed class KafkaStreamProviderBuilder : IProviderBuilder<ISiloBuilder>, IProviderBuilder<IClientBuilder>
{
    public void Configure(ISiloBuilder builder, string? name, IConfigurationSection configurationSection)
    {
        ArgumentNullException.ThrowIfNull(name);
        builder.AddKafkaStreams(name, options => options.Configure(settings => Bind(settings, configurationSection)));
    }

    public void Configure(IClientBuilder builder, string? name, IConfigurationSection configurationSection)
    {
        ArgumentNullException.ThrowIfNull(name);
        builder.AddKafkaStreams(name, options => options.Configure(settings => Bind(settings, configurationSection)));
    }

    private static void Bind(KafkaStreamOptions settings, IConfigurationSection section)
    {
        section.Bind(settings);

        // Aspire names the resource, and sets the connection string of that name.
        if (section["ServiceKey"] is { Length: > 0 } resource) settings.ConnectionName = resource;
    }
}
