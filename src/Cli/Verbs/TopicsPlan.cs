using System.Text.Json;
using JobRequests.Records;
namespace JobRequests.Cli.Verbs;

internal static class TopicsPlan
{
    public static Command Build()
    {
        var size = new TopicSize();
        var brokers = new Option<int>("--brokers") { Description = "How many brokers Kafka has", HelpName = "N", DefaultValueFactory = _ => 3 };
        var verb = new Command("plan", "Print the topics a service needs (offline)") { brokers };
        size.AddTo(verb);
        verb.SetAction(parsed =>
        {
            var names = KafkaOptions.Names(parsed);
            var plans = TopicPlan.For(names.Requests, names.FinalEvents, names.DeadLetters, size.Of(parsed), parsed.GetValue(brokers));
            Print(plans, GlobalOptions.IsJson(parsed));
        });
        return verb;
    }

    public static void Print(IReadOnlyList<TopicPlan> plans, bool json)
    {
        if (json)
        {
            Terminal.Raw(JsonSerializer.Serialize(plans, CliJson.Default.IReadOnlyListTopicPlan));
            return;
        }

        foreach (var plan in plans)
        {
            Terminal.Line($"{plan.Name}  {plan.Partitions} partitions, replication {plan.Replication}");
            foreach (var (name, value) in plan.Configs)
                Terminal.Line($"  {name,-20} {value}");
        }
    }
}
