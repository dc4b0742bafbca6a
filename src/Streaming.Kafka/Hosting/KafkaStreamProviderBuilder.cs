using JobRequests.Streaming.Kafka;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Providers;

[assembly: RegisterProvider("Kafka", "Streaming", "Silo", typeof(KafkaStreamProviderBuilder))]
[assembly: RegisterProvider("Kafka", "Streaming", "Client", typeof(KafkaStreamProviderBuilder))]

namespace JobRequests.Streaming.Kafka;

internal sealed class KafkaStreamProviderBuilder : IProviderBuilder<ISiloBuilder>, IProviderBuilder<IClientBuilder>
{
    public void Configure(ISiloBuilder builder, string? name, IConfigurationSection configurationSection)
    {
        ArgumentNullException.ThrowIfNull(name);
        builder.AddKafkaStreams(name, options => options.Configure(settings => configurationSection.Bind(settings)));
    }

    public void Configure(IClientBuilder builder, string? name, IConfigurationSection configurationSection)
    {
        ArgumentNullException.ThrowIfNull(name);
        builder.AddKafkaStreams(name, options => options.Configure(settings => configurationSection.Bind(settings)));
    }
}
