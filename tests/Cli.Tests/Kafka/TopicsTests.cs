using System.Text.Json.Nodes;
using Confluent.Kafka.Admin;

namespace JobRequests.Cli.Tests.Kafka;

public sealed class TopicsTests
{
    [Theory]
    [InlineData("3", 3, "2")]
    [InlineData("5", 3, "2")]
    [InlineData("2", 1, "1")]
    [InlineData("1", 1, "1")]
    public async Task A_plan_has_ten_partitions_a_silo_without_a_server(string brokers, int replication, string inSync)
    {
        using var jobctl = new Jobctl();
        jobctl["KAFKA"] = null;

        var run = await jobctl.RunAsync("topics", "plan", "--silos", "3", "--brokers", brokers, "--json");

        Assert.Equal((0, ""), (run.Code, run.Error));
        var topics = JsonNode.Parse(run.Output)!.AsArray();
        Assert.Equal(["requests", "finalevents", "requests.dead-letter"], topics.Select(topic => topic!["name"]!.ToString()));
        Assert.All(topics, topic => Assert.Equal((30, replication), ((int)topic!["partitions"]!, (int)topic["replication"]!)));
        Assert.Equal(["86400000", "-1", "-1"], topics.Select(topic => Config(topic!, "retention.ms")));
        Assert.Equal(["2097152", "2097152", "4194304"], topics.Select(topic => Config(topic!, "max.message.bytes")));
        Assert.All(topics, topic => Assert.Equal(inSync, Config(topic!, "min.insync.replicas")));
        Assert.Contains("requests.dead-letter  30 partitions", (await jobctl.RunAsync("topics", "plan", "--silos", "3")).Output);
    }

    [Fact]
    public async Task Topics_are_made_once_as_planned()
    {
        await using var kafka = await KafkaUnderTest.StartAsync();

        var made = await kafka.RunAsync("topics", "create", "--partitions", "3");
        var again = await kafka.RunAsync("topics", "create", "--partitions", "3");

        Assert.Equal((0, ""), (made.Code, made.Error));
        Assert.Contains($"{kafka.Topic("requests")}: made with 3 partitions, replication 1", made.Output);
        Assert.Equal((0, ""), (again.Code, again.Error));
        Assert.Contains($"{kafka.Topic("requests.dead-letter")}: is there, with 3 partitions", again.Output);
        Assert.Equal(("86400000", "2097152"), await ConfigOfAsync(kafka, "requests"));
        Assert.Equal(("-1", "2097152"), await ConfigOfAsync(kafka, "finalevents"));
        Assert.Equal(("-1", "4194304"), await ConfigOfAsync(kafka, "requests.dead-letter"));
    }

    [Fact]
    public async Task A_topic_with_another_partition_count_is_an_error()
    {
        await using var kafka = await KafkaUnderTest.StartAsync();
        await kafka.Admin.CreateTopicsAsync([new TopicSpecification { Name = kafka.Topic("finalevents"), NumPartitions = 2, ReplicationFactor = 1 }]);

        var run = await kafka.RunAsync("topics", "create", "--partitions", "3");

        Assert.Equal((4, ""), (run.Code, run.Output));
        Assert.StartsWith($"The topic '{kafka.Topic("finalevents")}' has 2 partitions already, not 3:", run.Error);
        Assert.Single(run.Error.Trim().Split('\n'));
        Assert.Equal([kafka.Topic("finalevents")], kafka.Admin.GetMetadata(TimeSpan.FromSeconds(20)).Topics.Select(topic => topic.Topic)
            .Where(topic => topic.StartsWith(kafka.Prefix, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Topics_show_what_exists_is_finished_and_waits()
    {
        await using var kafka = await KafkaUnderTest.StartAsync(3);
        for (var i = 0; i < 5; i++) await kafka.WriteAsync("requests", 1, "j1", $"r{i}");
        await kafka.WriteAsync("requests", 2, "j2", "r");
        await kafka.WriteAsync("finalevents", 0, "j1", "e");
        await kafka.CommitAsync("requests", 1, 2);
        await kafka.CommitAsync("requests", 2, 1);

        var run = await kafka.RunAsync("topics", "show", "--sample", "0", "--json");

        Assert.Equal((0, ""), (run.Code, run.Error));
        var requests = JsonNode.Parse(run.Output)![0]!;
        Assert.Equal((kafka.Group, 6, 3), (requests["group"]!.ToString(), (int)requests["records"]!, (int)requests["lag"]!));
        var first = requests["partitions"]![0]!;
        Assert.Equal((0, 0, 0), ((int)first["start"]!, (int)first["end"]!, (int)first["lag"]!));
        Assert.Null(first["committed"]);
        Assert.Null(first["oldestWaitingSeconds"]);
        var second = requests["partitions"]![1]!;
        Assert.Equal((0, 5, 2, 3), ((int)second["start"]!, (int)second["end"]!, (int)second["committed"]!, (int)second["lag"]!));
        Assert.InRange((double)second["oldestWaitingSeconds"]!, 0, 600);
        Assert.Equal(0, (int)requests["partitions"]![2]!["lag"]!);
        Assert.Equal((kafka.Group, 1), (JsonNode.Parse(run.Output)![1]!["group"]!.ToString(), (int)JsonNode.Parse(run.Output)![1]!["lag"]!));
        Assert.Equal(1, (int)JsonNode.Parse(run.Output)![1]!["records"]!);
        Assert.Contains("oldest waiting", (await kafka.RunAsync("topics", "show", "--sample", "0")).Output);
    }

    [Fact]
    public async Task The_rate_counts_what_comes_meanwhile()
    {
        await using var kafka = await KafkaUnderTest.StartAsync(1);
        using var enough = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            for (var i = 0; !enough.IsCancellationRequested; i++) await kafka.WriteAsync("requests", 0, "j1", $"r{i}");
        });

        var run = await kafka.RunAsync("topics", "show", "--json");
        await enough.CancelAsync();
        await writing;

        Assert.True((double)JsonNode.Parse(run.Output)![0]!["ratePerSecond"]! > 0, run.Output);
    }

    [Fact]
    public async Task A_topic_is_read_from_its_beginning()
    {
        await using var kafka = await KafkaUnderTest.StartAsync(1);
        await kafka.WriteAsync("finalevents", 0, "j1", """{"version":1,"by":"ann"}""");
        await kafka.WriteAsync("finalevents", 0, "j1", "a\e[31m\ntext");
        await kafka.WriteAsync("finalevents", 0, null, [0xff, 0x00]);

        var json = (await kafka.RunAsync("topics", "tail", "finalevents", "--from-beginning", "--count", "3", "--json")).Output.TrimEnd().Split('\n');
        var text = (await kafka.RunAsync("topics", "tail", "finalevents", "--from-beginning", "--count", "3")).Output.TrimEnd().Split('\n');

        Assert.Equal(3, json.Length);
        Assert.Equal(("0", "0", "j1", "ann"),
            (JsonNode.Parse(json[0])!["partition"]!.ToString(), JsonNode.Parse(json[0])!["offset"]!.ToString(), JsonNode.Parse(json[0])!["key"]!.ToString(),
                JsonNode.Parse(json[0])!["value"]!["by"]!.ToString()));
        Assert.Equal("/wA=", JsonNode.Parse(json[2])!["valueBase64"]!.ToString());
        Assert.Equal(3, text.Length);
        Assert.Contains("""j1  {"version":1,"by":"ann"}""", text[0]);
        Assert.DoesNotContain('\e', text[1]);
        Assert.Contains("2 bytes: ff00", text[2]);
    }

    [Fact]
    public async Task A_topic_is_followed_from_its_end()
    {
        await using var kafka = await KafkaUnderTest.StartAsync(2);
        await kafka.WriteAsync("finalevents", 0, "j1", "old");
        var tail = kafka.RunAsync("topics", "tail", "finalevents", "--count", "2");
        for (var i = 0; !tail.IsCompleted; i++)
        {
            await kafka.WriteAsync("finalevents", i % 2, "j1", $"new{i}");
            // Nothing tells when the reader has found the ends: records come until it has seen two.
            await Task.WhenAny(tail, Task.Delay(20));
        }

        var run = await tail;
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Equal(2, run.Output.TrimEnd().Split('\n').Length);
        Assert.DoesNotContain("old", run.Output);
    }

    [Theory]
    [InlineData("topics", "show")]
    [InlineData("topics", "create", "--silos", "1")]
    [InlineData("topics", "tail", "requests")]
    [InlineData("dead-letters", "list")]
    [InlineData("dead-letters", "replay")]
    public async Task A_missing_Kafka_is_named_soon_with_its_setting(params string[] arguments)
    {
        using var jobctl = new Jobctl();
        jobctl["KAFKA"] = "127.0.0.1:2";
        jobctl["ConnectionStrings__kafka"] = "127.0.0.1:1";

        var began = DateTime.UtcNow;
        var run = await jobctl.RunAsync(arguments);

        // Less than five seconds, and what a process may take to start on a busy machine; left to itself the client tries for a minute.
        Assert.InRange(DateTime.UtcNow - began, TimeSpan.Zero, TimeSpan.FromSeconds(20));
        Assert.Equal((6, ""), (run.Code, run.Output));
        Assert.StartsWith("Kafka at 127.0.0.1:1 cannot be reached", run.Error);
        Assert.Contains("is ConnectionStrings__kafka the right address?", run.Error);
        Assert.Single(run.Error.Trim().Split('\n'));
    }

    [Fact]
    public async Task The_option_is_stronger_than_the_variables()
    {
        using var jobctl = new Jobctl();
        jobctl["KAFKA"] = "127.0.0.1:2";

        var run = await jobctl.RunAsync("topics", "show", "--kafka", "127.0.0.1:3");

        Assert.Contains("Kafka at 127.0.0.1:3 cannot be reached", run.Error);
        Assert.Contains("is --kafka the right address?", run.Error);
    }

    [Fact]
    public async Task A_topic_that_is_not_there_is_named()
    {
        await using var kafka = await KafkaUnderTest.StartAsync();

        var run = await kafka.RunAsync("topics", "tail", "requests");

        Assert.Equal((4, ""), (run.Code, run.Output));
        Assert.StartsWith($"There is no topic '{kafka.Topic("requests")}'", run.Error);
        Assert.Contains("jobctl topics create", run.Error);
    }

    [Fact]
    public async Task Settings_come_from_a_file_and_the_environment_too()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "# secrets\nfrom.file=b\n");
        using var jobctl = new Jobctl { ["JOBCTL_KAFKA_CONFIG"] = "from.environment=a" };

        var environment = await jobctl.RunAsync("topics", "show", "--kafka", "127.0.0.1:1");
        jobctl["JOBCTL_KAFKA_CONFIG"] = null;
        var read = await jobctl.RunAsync("topics", "show", "--kafka", "127.0.0.1:1", "--kafka-config-file", file);

        Assert.Contains("from.environment", environment.Error);
        Assert.Contains("from.file", read.Error);
        File.Delete(file);
    }

    [Theory]
    [InlineData("Which Kafka?", "topics", "show")]
    [InlineData("How many partitions?", "topics", "plan")]
    [InlineData("How many partitions?", "topics", "plan", "--silos", "1", "--partitions", "1")]
    [InlineData("--silos is 1 to 100", "topics", "plan", "--silos", "0")]
    [InlineData("--kafka-config is KEY=VALUE", "topics", "show", "--kafka", "127.0.0.1:1", "--kafka-config", "nonsense")]
    [InlineData("No such configuration property", "topics", "show", "--kafka", "127.0.0.1:1", "--kafka-config", "a=b")]
    [InlineData("--prefix is made of", "topics", "show", "--prefix", "a b")]
    [InlineData("--count is at least 1", "topics", "tail", "requests", "--count", "0", "--kafka", "127.0.0.1:1")]
    [InlineData("expected PARTITION:OFFSET", "dead-letters", "show", "12", "--kafka", "127.0.0.1:1")]
    public async Task Wrong_arguments_are_explained(string text, params string[] arguments)
    {
        using var jobctl = new Jobctl();
        jobctl["KAFKA"] = null;
        jobctl["ConnectionStrings__kafka"] = null;

        var run = await jobctl.RunAsync(arguments);

        Assert.Equal((64, ""), (run.Code, run.Output));
        Assert.Contains(text, run.Error);
    }

    private static string? Config(JsonNode topic, string name) =>
        topic["configs"]!.AsArray().Single(config => config!["key"]!.ToString() == name)!["value"]!.ToString();

    private static async Task<(string Retention, string MaxBytes)> ConfigOfAsync(KafkaUnderTest kafka, string topic)
    {
        var results = await kafka.Admin.DescribeConfigsAsync([new ConfigResource { Type = ResourceType.Topic, Name = kafka.Topic(topic) }]);
        return (results[0].Entries["retention.ms"].Value, results[0].Entries["max.message.bytes"].Value);
    }
}
