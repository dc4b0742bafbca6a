using Confluent.Kafka;
using Confluent.Kafka.Admin;
using JobRequests.Records;

namespace JobRequests.Cli.Kafka;

/// <summary>Makes topics.</summary>
internal static class MissingTopics
{
    /// <summary>Makes the topics that are not there. Those that are stay as they are.</summary>
    /// <returns>The topics that were made.</returns>
    /// <exception cref="KafkaFailedException">A topic is there with another partition count, or Kafka refuses. In the first case nothing was made.</exception>
    public static async Task<IReadOnlyList<TopicPlan>> CreateAsync(KafkaServer server, IAdminClient admin, Metadata metadata, IReadOnlyList<TopicPlan> plans)
    {
        foreach (var plan in plans)
        {
            if (KafkaServer.CountPartitions(metadata, plan.Name) is { } partitions && partitions != plan.Partitions)
            {
                throw new KafkaFailedException(
                    $"The topic '{plan.Name}' has {partitions} partitions already, not {plan.Partitions}: the count of a topic in use must not change, so make "
                        + "other topics with --prefix.",
                    ExitCode.Refused);
            }
        }

        var missing = plans.Where(plan => KafkaServer.CountPartitions(metadata, plan.Name) is null).ToList();
        if (missing.Count == 0)
            return missing;
        try
        {
            await admin.CreateTopicsAsync(missing.Select(plan => plan.ToSpecification()),
                new CreateTopicsOptions { RequestTimeout = KafkaServer.AnswerTimeout, OperationTimeout = TimeSpan.FromSeconds(30) });
        }
        catch (CreateTopicsException exception)
            when (exception.Results.All(result => !result.Error.IsError || result.Error.Code == ErrorCode.TopicAlreadyExists))
        {
            // Somebody else was faster: what they made is looked at like any other.
            return await CreateAsync(server, admin, server.Describe(admin), plans);
        }
        catch (KafkaException exception)
        {
            throw server.Failed(exception);
        }

        return missing;
    }
}
