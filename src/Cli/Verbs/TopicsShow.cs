using System.Globalization;
using System.Text.Json;

namespace JobRequests.Cli.Verbs;

internal static class TopicsShow
{
    private const int LongestSample = 60;

    public static Command Build()
    {
        var sample = new Option<int>("--sample")
        { Description = "How long records are counted for the rate", HelpName = "SECONDS", DefaultValueFactory = _ => 1 };
        sample.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, out var seconds) && seconds is < 0 or > LongestSample)
                result.AddError($"--sample is 0 to {LongestSample} seconds, not {seconds}.");
        });
        var verb = new Command("show", "Show each partition's start, end, committed offset and lag") { sample };
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            var (server, names) = (KafkaOptions.Server(parsed), KafkaOptions.Names(parsed));
            var window = TimeSpan.FromSeconds(parsed.GetValue(sample));
            using var admin = server.Admin();
            var metadata = server.Describe(admin);
            var topics = TopicNames.All.Select(names.Of).ToDictionary(topic => topic, topic => server.PartitionsOf(metadata, topic));
            var reports = await Task.WhenAll(
                topics.Select(topic => TopicReport.ReadAsync(server, admin, topic.Key, topic.Value, names.GroupOf(topic.Key), window, cancellationToken)));

            if (GlobalOptions.IsJson(parsed))
                Terminal.Raw(JsonSerializer.Serialize(reports, CliJson.Default.IReadOnlyListTopicReport));
            else
                Print(reports);
            return ExitCode.Success;
        });
        return verb;
    }

    private static void Print(IEnumerable<TopicReport> reports)
    {
        foreach (var report in reports)
        {
            Terminal.Line(report.Group is null ? report.Topic : $"{report.Topic}  (group {report.Group})");
            Row("partition", "start", "end", "committed", "lag", "per second", "oldest waiting");
            foreach (var at in report.Partitions)
                Row(Text(at.Partition), Text(at.Start), Text(at.End), Text(at.Committed), Text(at.Lag), Rate(at.RatePerSecond), Age(at.OldestWaitingSeconds));
            Row("all", "", Text(report.Records), "", Text(report.Lag), Rate(report.RatePerSecond), Age(report.OldestWaitingSeconds));
        }
    }

    private static void Row(string partition, string start, string end, string committed, string lag, string rate, string oldest) =>
        Terminal.Line($"  {partition,9} {start,12} {end,12} {committed,12} {lag,10} {rate,11} {oldest,15}");

    private static string Text(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "-";

    private static string Rate(double rate) => rate.ToString("0.#", CultureInfo.InvariantCulture);

    private static string Age(double? seconds) => seconds is { } age ? RecordText.Age(age) : "-";
}
