using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using ErrorCode = Confluent.Kafka.ErrorCode;

namespace JobRequests.ServiceDefaults;

/// <summary>Whether Kafka answers and has the topics, each partition with a leader.</summary>
/// <param name="client">How to reach it.</param>
/// <param name="topics">What has to be there.</param>
/// <param name="setting">Where the address comes from.</param>
public sealed class KafkaTopicsCheck(ClientConfig client, IReadOnlyCollection<string> topics, string setting) : IHealthCheck, IDisposable
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(2);

    private readonly Lazy<IAdminClient> _admin = new(() => new AdminClientBuilder(client)
        .SetLogHandler(static (_, _) => { })
        .SetErrorHandler(static (_, _) => { })
        .Build());

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var data = HealthData.Of(setting, Docs.Kafka);
        try
        {
            var answer = await _admin.Value.DescribeTopicsAsync(
                TopicCollection.OfTopicNames(topics), new DescribeTopicsOptions { RequestTimeout = AnswerTimeout })
                .WaitAsync(AnswerTimeout + AnswerTimeout, cancellationToken);
            var leaderless = answer.TopicDescriptions
                .Where(static topic => topic.Partitions.Any(static partition => partition.Leader is null or { Id: < 0 }))
                    .Select(static topic => topic.Name)
                    .ToList();
            return leaderless.Count == 0
                ? HealthCheckResult.Healthy(data: data)
                : Failed(context, $"Partitions of {string.Join(", ", leaderless)} have no leader: a broker is missing.", null, data);
        }
        catch (DescribeTopicsException exception)
        {
            var unknown = exception.Results.TopicDescriptions.Where(static topic => topic.Error.Code == ErrorCode.UnknownTopicOrPart)
                .Select(static topic => topic.Name)
                .ToList();
            return Failed(
                context,
                unknown.Count > 0
                    ? $"Kafka has no topic {string.Join(", ", unknown)}: create it with 'jobctl topics create'."
                    : "Kafka refused to describe the topics: "
                        + $"{string.Join(", ", exception.Results.TopicDescriptions.Select(static topic => topic.Error.Code).Distinct())}.",
                exception,
                data);
        }
        catch (TimeoutException exception)
        {
            return Failed(context, $"Kafka did not answer within {AnswerTimeout.TotalSeconds:F0} s.", exception, data);
        }
        catch (KafkaException exception)
        {
            var seen = exception.Error.Code is ErrorCode.Local_TimedOut or ErrorCode.Local_Transport or ErrorCode.Local_AllBrokersDown
                or ErrorCode.RequestTimedOut
                ? "Kafka cannot be reached." : $"Kafka cannot be used: {exception.Error.Code}.";
            return Failed(context, seen, exception, data);
        }
    }

    public void Dispose()
    {
        if (_admin.IsValueCreated) _admin.Value.Dispose();
    }

    private static HealthCheckResult Failed(HealthCheckContext context, string seen, Exception? exception, IReadOnlyDictionary<string, object> data) =>
        new(context.Registration.FailureStatus, seen, exception, data);
}
