using JobRequests.Testing.Stub;

namespace JobRequests.Cli.Tests.Kafka;

public sealed class DeadLetterAddTests
{
    [Theory]
    [InlineData("true", 0, "Record 3:17 of requests is dead-lettered; what waited behind it goes on. `jobctl dead-letters group` shows what it holds up.\n")]
    [InlineData("false", 4, "No silo stands still on record 3:17 of requests now: /health/ready of the silos names the records that do.\n")]
    public async Task A_record_that_holds_its_partition_up_is_dead_lettered(string deadLetters, int code, string told)
    {
        await using var gateway = await StubGateway.StartAsync(Answer.Raw(200, "application/json", $$"""{"deadLettered":{{deadLetters}}}"""));
        using var jobctl = new Jobctl(gateway);

        var run = await jobctl.RunAsync("dead-letters", "add", "3:17", "--as", "admin");

        Assert.Equal((code, told), (run.Code, run.Output));
        var request = Assert.Single(gateway.Seen);
        Assert.Equal(("POST", "/v1/admin/dead-letters", """{"stream":"requests","place":"3:17"}"""), (request.Method, request.Target, request.Body));
    }
}
