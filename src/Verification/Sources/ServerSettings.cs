using JobRequests.Documents;
using JobRequests.Grains.Abstractions;
using JobRequests.Records;
using JobRequests.Streaming.Kafka;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace JobRequests.Verification;

/// <summary>
/// The cluster's servers, by the settings of its silos (<c>Orleans:Streaming:…</c>, <c>Orleans:GrainStorage:jobs:…</c>, <c>Records:Secrets</c>):
/// what a silo runs with finds what it has written. <c>KAFKA</c> and <c>MONGO_URL</c> stand in for the two connection strings.
/// </summary>
public static class ServerSettings
{
    /// <summary>Of database and consumer group.</summary>
    public const string DefaultName = "jobrequests";

    /// <summary>The environment variable that names the file with the silos' settings.</summary>
    public const string FileVariable = "JOBCTL_SETTINGS";

    /// <param name="settingsFile">A silo's <c>appsettings.json</c>; null: the one that <c>JOBCTL_SETTINGS</c> names, if any. Environment variables come before
    /// it.</param>
    /// <exception cref="VerificationException">The file cannot be read.</exception>
    public static IConfiguration Load(string? settingsFile)
    {
        var builder = new ConfigurationBuilder();
        settingsFile ??= Environment.GetEnvironmentVariable(FileVariable) is { Length: > 0 } named ? named : null;
        try
        {
            if (settingsFile is not null) builder.AddJsonFile(Path.GetFullPath(settingsFile), optional: false);
            return builder.AddEnvironmentVariables().Build();
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or FormatException)
        {
            throw new VerificationException($"The settings {settingsFile} cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Bootstrap servers, or null.</summary>
    public static string? Kafka(IConfiguration configuration) =>
        Text(configuration, $"{Stream(StreamNames.Requests)}:BootstrapServers")
            ?? Connection(configuration, $"{Stream(StreamNames.Requests)}:ConnectionName", "kafka", "KAFKA");

    /// <summary>A <c>mongodb://</c> address, or null.</summary>
    public static string? MongoDB(IConfiguration configuration) =>
        Text(configuration, $"{Storage}:ConnectionString") ?? Connection(configuration, $"{Storage}:ConnectionName", "mongodb", "MONGO_URL");

    /// <summary>Signs and checks the marks of the dead-letter topic as the silos do; null where no secret is set.</summary>
    /// <exception cref="OptionsValidationException">A secret is wrong.</exception>
    public static IKafkaMarkSigner? Signer(IConfiguration configuration)
    {
        if (!configuration.GetSection($"{SigningOptions.Section}:{nameof(SigningOptions.Secrets)}").Exists()) return null;
        using var records = Records(configuration);
        return records.GetRequiredKeyedService<IKafkaMarkSigner>(StreamNames.Requests);
    }

    /// <summary>The codecs of the topics, with the silos' secrets.</summary>
    internal static ServiceProvider Records(IConfiguration configuration) => new ServiceCollection()
        .AddSingleton(configuration)
        .AddJobRecords()
        .Configure<ClusterOptions>(cluster => cluster.ServiceId = ServiceId(configuration))
        .BuildServiceProvider();

    internal static string ServiceId(IConfiguration configuration) => Text(configuration, "Orleans:ServiceId") ?? DefaultName;

    public static string Topic(IConfiguration configuration, string stream) => Text(configuration, $"{Stream(stream)}:Topic") ?? stream;

    public static string DeadLetterTopic(IConfiguration configuration) =>
        Text(configuration, $"{Stream(StreamNames.Requests)}:DeadLetterTopic") ?? $"{Topic(configuration, StreamNames.Requests)}.dead-letter";

    public static string ConsumerGroup(IConfiguration configuration) => Text(configuration, $"{Stream(StreamNames.Requests)}:ConsumerGroup") ?? DefaultName;

    /// <summary>Settings of the client itself, such as <c>sasl.username</c>.</summary>
    internal static IEnumerable<KeyValuePair<string, string>> KafkaClient(IConfiguration configuration) => new[] { "Client", "Consumer" }
        .SelectMany(section => configuration.GetSection($"{Stream(StreamNames.Requests)}:{section}").AsEnumerable(makePathsRelative: true))
        .Where(setting => setting.Value is not null)
        .Select(setting => KeyValuePair.Create(setting.Key, setting.Value!));

    internal static string Database(IConfiguration configuration) => Text(configuration, $"{Storage}:Database") ?? DefaultName;

    internal static string? Collection(IConfiguration configuration) => Text(configuration, $"{Storage}:Collection");

    private static string Storage => $"Orleans:GrainStorage:{JobRequestOptions.StorageName}";

    private static string Stream(string name) => $"Orleans:Streaming:{name}";

    private static string? Connection(IConfiguration configuration, string nameSetting, string usual, string variable) =>
        Text(configuration, $"ConnectionStrings:{Text(configuration, nameSetting) ?? usual}") ?? Text(configuration, variable);

    private static string? Text(IConfiguration configuration, string key) => configuration[key] is { Length: > 0 } value ? value : null;
}
