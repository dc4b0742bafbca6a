using System.Text.Json.Nodes;
using JobRequests.Streaming.Kafka;

namespace JobRequests.Cli.Tests.Kafka;

public sealed class DeadLetterTests
{
    [Fact]
    public async Task Each_dead_letter_says_why_where_and_when()
    {
        await using var kafka = await KafkaUnderTest.StartAsync(2);
        Assert.Contains("There are no dead letters.", (await kafka.RunAsync("dead-letters", "list")).Output);
        await kafka.DeadLetterAsync(1, "j1", KafkaUnderTest.Bytes("""{"a":1}"""), headers: new KafkaHeader("type", KafkaUnderTest.Bytes("accept")));
        await kafka.WriteAsync("requests.dead-letter", 0, "k", "by hand");

        var text = await kafka.RunAsync("dead-letters", "list");
        var json = (await kafka.RunAsync("dead-letters", "list", "--json")).Output.TrimEnd().Split('\n').Select(line => JsonNode.Parse(line)!).ToList();

        Assert.Equal((0, ""), (text.Code, text.Error));
        Assert.Contains($"poison: it is broken; from {kafka.Topic("requests")} 1:41, key j1, 3 attempts, dead-lettered 5 min ago", text.Output);
        Assert.Contains("0:0        without an origin", text.Output);
        Assert.Contains("2 dead letters;", text.Output);
        Assert.Equal(2, json.Count);
        Assert.Equal(("poison", "41", "3", "1"),
            (json[1]["reason"]!.ToString(), json[1]["origin"]!["offset"]!.ToString(), json[1]["attempts"]!.ToString(), json[1]["value"]!["a"]!.ToString()));
        Assert.Null(json[0]["origin"]);
    }

    [Fact]
    public async Task A_dead_letter_is_shown_byte_for_byte()
    {
        await using var kafka = await KafkaUnderTest.StartAsync(1);
        await kafka.DeadLetterAsync(0, "j1", KafkaUnderTest.Bytes("the value\nhas lines"), headers: new KafkaHeader("type", KafkaUnderTest.Bytes("accept")));

        var shown = await kafka.RunAsync("dead-letters", "show", "0:0");
        var raw = await kafka.RunAsync("dead-letters", "show", "0:0", "--raw");
        var missing = await kafka.RunAsync("dead-letters", "show", "0:1");
        var elsewhere = await kafka.RunAsync("dead-letters", "show", "7:0");

        Assert.Equal((0, ""), (shown.Code, shown.Error));
        foreach (var line in (string[])["reason    poison", "attempts  3", "key       j1", "header    type = accept", "value     the value\nhas lines",
            $"origin    {kafka.Topic("requests")} 0:41"]) Assert.Contains(line, shown.Output);
        Assert.DoesNotContain(DeadLetterRecord.Reason, shown.Output);
        Assert.Equal("the value\nhas lines", raw.Output);
        Assert.Equal((4, ""), (missing.Code, missing.Output));
        Assert.Contains("There is no dead letter 0:1", missing.Error);
        Assert.Equal(4, elsewhere.Code);
    }

    [Fact]
    public async Task A_replay_puts_each_back_once_unchanged_in_order()
    {
        await using var kafka = await KafkaUnderTest.StartAsync(2);
        KafkaHeader[] headers = [new("type", KafkaUnderTest.Bytes("accept")), new("twice", new byte[] { 1 }), new("twice", new byte[] { 0xff })];
        for (var i = 0; i < 20; i++) await kafka.DeadLetterAsync(i % 2, "j1", [0xff, (byte)i], headers: headers);

        var dry = await kafka.RunAsync("dead-letters", "replay", "--dry-run");
        Assert.Equal((0, ""), (dry.Code, dry.Error));
        Assert.Contains("20 would be replayed, 0 left out.", dry.Output);
        Assert.Empty(kafka.Read("requests", 0));

        var replay = await kafka.RunAsync("dead-letters", "replay");
        Assert.Equal((0, ""), (replay.Code, replay.Error));
        Assert.Contains("20 replayed, 0 left out.", replay.Output);
        Assert.Contains("A record that fails again becomes a dead letter again", replay.Output);
        Check(kafka, times: 1);

        Assert.Contains("0 replayed", (await kafka.RunAsync("dead-letters", "replay")).Output);
        Assert.Contains("There are no dead letters.", (await kafka.RunAsync("dead-letters", "list")).Output);
        Assert.Equal(20, (await kafka.RunAsync("dead-letters", "list", "--all")).Output.Split('\n')
            .Count(line => line.EndsWith(", replayed", StringComparison.Ordinal)));
        Check(kafka, times: 1);

        await kafka.DeadLetterAsync(1, "j1", [0xff, 99]);
        Assert.Contains("1 replayed", (await kafka.RunAsync("dead-letters", "replay")).Output);
        Assert.Equal([0xff, 99], kafka.Read("requests", 1)[^1].Message.Value);

        Assert.Contains("21 replayed", (await kafka.RunAsync("dead-letters", "replay", "--again")).Output);
        Assert.Equal(32 - 10, kafka.Read("requests", 1).Count);
        Assert.Contains("0 replayed", (await kafka.RunAsync("dead-letters", "replay")).Output);
    }

    [Fact]
    public async Task A_replay_leaves_out_what_cannot_go_back()
    {
        await using var kafka = await KafkaUnderTest.StartAsync(1);
        await kafka.WriteAsync("requests.dead-letter", 0, "k", "by hand");
        await kafka.DeadLetterAsync(0, "j1", [1], origin: kafka.Topic("orders"));
        await kafka.DeadLetterAsync(0, "j1", [2], originPartition: 5);
        await kafka.DeadLetterAsync(0, "j1", null,
            [.. DeadLetterRecord.Write(new DeadLetterOrigin(kafka.Topic("requests"), 0, 1, DateTimeOffset.UnixEpoch, "too large", null, 0,
                DateTimeOffset.UtcNow), []), new KafkaHeader(DeadLetterRecord.ValueOmitted, KafkaUnderTest.Bytes("true"))]);
        await kafka.DeadLetterAsync(0, "j1", [3]);

        var run = await kafka.RunAsync("dead-letters", "replay");

        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains("1 replayed, 4 left out.", run.Output);
        foreach (var reason in (string[])["no silo of this cluster wrote it", $"it comes from '{kafka.Topic("orders")}'", "has no partition 5",
            "too large to be dead-lettered"]) Assert.Contains(reason, run.Output);
        Assert.Equal([3], Assert.Single(kafka.Read("requests", 0)).Message.Value);
        Assert.Empty(kafka.Read("finalevents", 0));
    }

    [Fact]
    public async Task The_silos_settings_name_topics_group_and_servers()
    {
        await using var kafka = await KafkaUnderTest.StartAsync(1);
        await kafka.DeadLetterAsync(0, "j1", [1]);
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, $$"""
            {
              "ConnectionStrings:kafka": "{{kafka.Address}}",
              "Orleans:Streaming:requests:Topic": "{{kafka.Topic("requests")}}",
              "Orleans:Streaming:requests:ConsumerGroup": "{{kafka.Group}}",
              "Orleans:Streaming:finalevents:Topic": "{{kafka.Topic("finalevents")}}",
            }
            """, TestContext.Current.CancellationToken);
        (kafka.Jobctl["JOBCTL_SETTINGS"], kafka.Jobctl["KAFKA"]) = (file, null);
        try
        {
            var list = await kafka.Jobctl.RunAsync("dead-letters", "list");
            var topics = await kafka.Jobctl.RunAsync("topics", "show");

            Assert.Equal((0, ""), (list.Code, list.Error));
            Assert.StartsWith("0:0        poison: it is broken; from ", list.Output, StringComparison.Ordinal);
            Assert.Contains($"{kafka.Topic("requests")}  (group {kafka.Group})", topics.Output);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_replay_needs_the_silos_secret()
    {
        await using var kafka = await KafkaUnderTest.StartAsync(1);
        await kafka.DeadLetterAsync(0, "j1", [1]);
        kafka.Jobctl["Records__Secrets__1"] = null;

        var refused = await kafka.RunAsync("dead-letters", "replay");

        Assert.Equal(64, refused.Code);
        Assert.Contains("Records__Secrets__1", refused.Error);
        Assert.Empty(kafka.Read("requests", 0));
        Assert.Contains("1 would be replayed", (await kafka.RunAsync("dead-letters", "replay", "--dry-run")).Output);
    }

    [Fact]
    public async Task A_dead_lettered_event_goes_back_to_finalevents()
    {
        await using var kafka = await KafkaUnderTest.StartAsync(1);
        await kafka.DeadLetterAsync(0, "j1", [1], origin: kafka.Topic("finalevents"));

        Assert.Contains("1 replayed, 0 left out.", (await kafka.RunAsync("dead-letters", "replay")).Output);

        Assert.Equal([1], Assert.Single(kafka.Read("finalevents", 0)).Message.Value);
        Assert.Empty(kafka.Read("requests", 0));
    }

    [Fact]
    public async Task A_replay_stopped_by_Kafka_is_marked_that_far()
    {
        await using var kafka = await KafkaUnderTest.StartAsync(1);
        await kafka.DeadLetterAsync(0, "j1", [1]);

        // The dead-letter topic takes larger records than the one they go back to.
        await kafka.DeadLetterAsync(0, "j1", new byte[3 * 1024 * 1024]);
        await kafka.DeadLetterAsync(0, "j1", [2]);

        var run = await kafka.RunAsync("dead-letters", "replay");

        Assert.Equal(4, run.Code);
        Assert.Contains($"replayed   0:0        → {kafka.Topic("requests")} 0", run.Output);
        Assert.Contains("refuses:", run.Error);
        Assert.Contains("1 replayed, 0 left out. The rest waits:", run.Error);
        Assert.Equal([1], kafka.Read("requests", 0)[0].Message.Value);
        Assert.Contains("2 dead letters;", (await kafka.RunAsync("dead-letters", "list")).Output);
    }

    private static void Check(KafkaUnderTest kafka, int times)
    {
        for (var partition = 0; partition < 2; partition++)
        {
            var records = kafka.Read("requests", partition);
            Assert.Equal(Enumerable.Range(0, 10 * times).Select(i => (byte)((2 * i) + partition)), records.Select(record => record.Message.Value![1]));
            Assert.All(records, record =>
            {
                Assert.Equal(KafkaUnderTest.Bytes("j1"), record.Message.Key);
                Assert.Equal(["type", "twice", "twice"], record.Message.Headers.Select(header => header.Key));
                Assert.Equal([0xff], record.Message.Headers[2].GetValueBytes());
            });
        }
    }
}
