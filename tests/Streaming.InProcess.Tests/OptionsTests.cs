using JobRequests.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace JobRequests.Streaming.InProcess.Tests;

public sealed class OptionsTests
{
    [Theory]
    [InlineData("QueueCount", "0", "Orleans:Streaming:jobs:QueueCount", "between 1 and 1024")]
    [InlineData("QueueCount", "2000", "Orleans:Streaming:jobs:QueueCount", "2000")]
    [InlineData("Capacity", "0", "Orleans:Streaming:jobs:Capacity", "at least 1")]
    [InlineData("UndeliverableAfter", "00:00:00", "Orleans:Streaming:jobs:UndeliverableAfter", "positive")]
    [InlineData("MaxDeliveryTime", "-00:00:01", "Orleans:Streaming:jobs:MaxDeliveryTime", "-00:00:01")]
    [InlineData("StreamInactivityPeriod", "00:00:00", "Orleans:Streaming:jobs:StreamInactivityPeriod", "positive")]
    public void A_wrong_setting_is_named_with_rule_and_value(string setting, string value, string name, string rule)
    {
        var message = Assert.Throws<OptionsValidationException>(() => Build((setting, value)).Get("jobs")).Message;

        Assert.StartsWith($"{name} must ", message);
        Assert.Contains(rule, message);
    }

    [Fact]
    public void Settings_come_from_the_providers_section()
    {
        var options = Build(("QueueCount", "7"), ("AcknowledgeWhen", "Delivered"), ("MaxDeliveryTime", "00:00:09")).Get("jobs");

        Assert.Equal((7, AcknowledgeWhen.Delivered, TimeSpan.FromSeconds(9)), (options.QueueCount, options.AcknowledgeWhen, options.MaxDeliveryTime));
        Assert.Equal(InProcessStreamOptions.DefaultCapacity, options.Capacity);
    }

    [Fact]
    public async Task A_silo_with_a_wrong_setting_does_not_start()
    {
        var exception = await Assert.ThrowsAnyAsync<Exception>(() => StreamCluster.StartAsync(
            silo => silo.AddInProcessStreams(StreamConformance.Provider, options => options.Configure(stream => stream.Capacity = 0))));

        Assert.Contains("Orleans:Streaming:conformance:Capacity", exception.ToString());
    }

    private static IOptionsMonitor<InProcessStreamOptions> Build(params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(
        [
            KeyValuePair.Create("Orleans:Streaming:jobs:ProviderType", (string?)"InProcess"),
            .. settings.Select(setting => KeyValuePair.Create($"Orleans:Streaming:jobs:{setting.Key}", (string?)setting.Value)),
        ]);
        builder.UseOrleans(silo => silo.UseLocalhostClustering());
        return builder.Build().Services.GetRequiredService<IOptionsMonitor<InProcessStreamOptions>>();
    }
}
