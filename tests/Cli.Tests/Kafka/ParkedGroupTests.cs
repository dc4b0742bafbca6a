using System.Text.Json.Nodes;
using JobRequests.Streaming.Kafka;

namespace JobRequests.Cli.Tests.Kafka;

public sealed class ParkedGroupTests
{
    [Fact]
    public async Task Parked_requests_are_counted_by_job_and_reason_and_put_back_by_job()
    {
        await using var kafka = await KafkaUnderTest.StartAsync(1);
        await ParkFencedAsync(kafka, "j1", 5, begins: true);
        await ParkFencedAsync(kafka, "j1", 6, begins: false);
        await kafka.ParkAsync(0, "j2", [1]);

        var text = await kafka.RunAsync("parked", "group");
        var json = (await kafka.RunAsync("parked", "group", "--json")).Output.TrimEnd().Split('\n').Select(line => JsonNode.Parse(line)!).ToList();
        var dry = await kafka.RunAsync("parked", "replay", "--dry-run");
        var one = await kafka.RunAsync("parked", "replay", "--job", "j2");
        // Nobody reads the log here: the job stays fenced, and the next replay goes on.
        var fenced = await kafka.RunAsync("parked", "replay", "--job", "j1", "--wait", "1");

        Assert.Equal((0, ""), (text.Code, text.Error));
        Assert.Contains("3 parked, 1 jobs fenced;", text.Output);
        Assert.Equal(
            [("j1", "cannot-be-stored", 1, true), ("j1", "fenced", 1, true), ("j2", "poison", 1, false)],
            json.Select(group => (group["job"]!.ToString(), group["reason"]!.ToString(), (int)group["count"]!, (bool)group["fenced"]!)).Order());
        Assert.Contains("3 would be put back, 0 left out. 1 fence would end.", dry.Output);
        Assert.Contains("1 put back, 0 left out.", one.Output);
        Assert.Equal(3, fenced.Code);
        Assert.Contains("j1 is still fenced", fenced.Output);
        var back = kafka.Read("requests", 0);
        Assert.Equal([1, 5, 6], back.Select(record => record.Message.Value![0]));
        Assert.Equal([0, 2, 2], back.Select(record => record.Message.Headers.Count));

        // The silos have decided them.
        await kafka.CommitAsync("requests", 0, 5);
        Assert.Contains("1 fence ended.", (await kafka.RunAsync("parked", "replay", "--job", "j1", "--wait", "10")).Output);
        Assert.Contains("Nothing is parked.", (await kafka.RunAsync("parked", "group")).Output);
    }

    private static Task ParkFencedAsync(KafkaUnderTest kafka, string job, byte order, bool begins) => kafka.ParkAsync(
        0, job, [order],
        ParkedRecord.Write(
            new ParkedOrigin(kafka.Topic("requests"), 0, order, DateTimeOffset.UnixEpoch, begins ? "cannot-be-stored" : "fenced", null, 3, DateTimeOffset.UtcNow)
            {
                Fence = new FenceMark(StreamId.Create("requests", job), begins, order, null),
            },
            []));
}
