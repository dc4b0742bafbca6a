using JobRequests.Streaming.InProcess;
using Microsoft.Extensions.Configuration;
using Orleans.Providers;

[assembly: RegisterProvider("InProcess", "Streaming", "Silo", typeof(InProcessStreamProviderBuilder))]

namespace JobRequests.Streaming.InProcess;

internal sealed class InProcessStreamProviderBuilder : IProviderBuilder<ISiloBuilder>
{
    public void Configure(ISiloBuilder builder, string? name, IConfigurationSection configurationSection)
    {
        ArgumentNullException.ThrowIfNull(name);
        builder.AddInProcessStreams(name, options => options.Configure(settings => configurationSection.Bind(settings)));
    }
}
