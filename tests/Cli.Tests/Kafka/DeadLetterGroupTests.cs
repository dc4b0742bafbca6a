using System.Text.Json.Nodes;
using JobRequests.Streaming.Kafka;

namespace JobRequests.Cli.Tests.Kafka;

public sealed class DeadLetterGroupTests
{
    [Fact]
    public async Task Dead_letters_are_counted_and_replayed_by_job()
    {
        await using var kafka = await KafkaUnderTest.StartAsync(1);
        await DeadLetterBlockedAsync(kafka, "j1", 5, begins: true);
        await DeadLetterBlockedAsync(kafka, "j1", 6, begins: false);
        await kafka.DeadLetterAsync(0, "j2", [1]);

        var text = await kafka.RunAsync("dead-letters", "group");
        var json = (await kafka.RunAsync("dead-letters", "group", "--json")).Output.TrimEnd().Split('\n').Select(line => JsonNode.Parse(line)!).ToList();
        var dry = await kafka.RunAsync("dead-letters", "replay", "--dry-run");
        var one = await kafka.RunAsync("dead-letters", "replay", "--job", "j2");
        // Nobody reads the log here: the job stays blocked, and the next replay goes on.
        var blocked = await kafka.RunAsync("dead-letters", "replay", "--job", "j1", "--wait", "1");

        Assert.Equal((0, ""), (text.Code, text.Error));
        Assert.Contains("3 dead letters, 1 jobs blocked;", text.Output);
        Assert.Equal(
            [("j1", "blocked", 1, true), ("j1", "cannot-be-stored", 1, true), ("j2", "poison", 1, false)],
            json.Select(group => (group["job"]!.ToString(), group["reason"]!.ToString(), (int)group["count"]!, (bool)group["blocked"]!)).Order());
        Assert.Contains("3 would be replayed, 0 left out. 1 block would end.", dry.Output);
        Assert.Contains("1 replayed, 0 left out.", one.Output);
        Assert.Equal(3, blocked.Code);
        Assert.Contains("j1 is still blocked", blocked.Output);
        var back = kafka.Read("requests", 0);
        Assert.Equal([1, 5, 6], back.Select(record => record.Message.Value![0]));
        Assert.Equal([0, 2, 2], back.Select(record => record.Message.Headers.Count));

        // The silos have decided them.
        await kafka.CommitAsync("requests", 0, 5);
        Assert.Contains("1 block ended.", (await kafka.RunAsync("dead-letters", "replay", "--job", "j1", "--wait", "10")).Output);
        Assert.Contains("There are no dead letters.", (await kafka.RunAsync("dead-letters", "group")).Output);
    }

    private static Task DeadLetterBlockedAsync(KafkaUnderTest kafka, string job, byte order, bool begins) => kafka.DeadLetterAsync(
        0, job, [order],
        DeadLetterRecord.Write(
            new DeadLetterOrigin(
                kafka.Topic("requests"), 0, order, DateTimeOffset.UnixEpoch, begins ? "cannot-be-stored" : "blocked", null, 3, DateTimeOffset.UtcNow)
            {
                Block = new BlockMark(StreamId.Create("requests", job), begins, order, null),
            },
            []));
}
