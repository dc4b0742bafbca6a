using JobRequests.Testing;

namespace JobRequests.Streaming.Kafka.Tests;

public sealed class ReadmeTests
{
    private const string Readme = "src/Streaming.Kafka/README.md";

    [Fact]
    public Task The_code_of_the_README_compiles() => ReadmeCode.AssertCompilesAsync(
        Readme,
        ["JobRequests.Streaming.Kafka", "Microsoft.Extensions.DependencyInjection", "Orleans", "Orleans.Configuration", "Orleans.Hosting", "Orleans.Runtime",
            "Orleans.Streams"],
        "IServiceCollection services, ISiloBuilder silo, IClusterClient client, string orderId");

    [Fact]
    public void The_settings_of_the_README_are_taken()
    {
        var options = ReadmeCode.OptionsOf<KafkaStreamOptions>(Readme, "orders");

        Assert.Equal(("localhost:9092", "orders", "shop"), (options.BootstrapServers, options.Topic, options.ConsumerGroup));
    }
}
