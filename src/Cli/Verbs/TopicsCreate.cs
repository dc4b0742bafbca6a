using System.Text.Json;
using JobRequests.Records;
namespace JobRequests.Cli.Verbs;

internal static class TopicsCreate
{
    public static Command Build()
    {
        var size = new TopicSize();
        var verb = new Command("create", "Create missing topics; existing ones are left alone");
        size.AddTo(verb);
        verb.SetAction(async parsed =>
        {
            var server = KafkaOptions.Server(parsed);
            var partitions = size.Of(parsed);
            using var admin = server.Admin();
            var metadata = server.Describe(admin);
            var names = KafkaOptions.Names(parsed);
            var plans = TopicPlan.For(names.Requests, names.FinalEvents, names.DeadLetters, partitions, metadata.Brokers.Count);
            var made = await MissingTopics.CreateAsync(server, admin, metadata, plans);

            if (GlobalOptions.IsJson(parsed))
            {
                Terminal.Raw(JsonSerializer.Serialize(made, CliJson.Default.IReadOnlyListTopicPlan));
                return ExitCode.Success;
            }

            foreach (var plan in plans)
                Terminal.Good(made.Any(topic => topic.Name == plan.Name)
                    ? $"{plan.Name}: made with {plan.Partitions} partitions, replication {plan.Replication}"
                    : $"{plan.Name}: is there, with {plan.Partitions} partitions");
            return ExitCode.Success;
        });
        return verb;
    }
}
