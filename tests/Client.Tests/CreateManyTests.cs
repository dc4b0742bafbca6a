using JobRequests.Testing.Stub;

namespace JobRequests.Client.Tests;

public sealed class CreateManyTests
{
    [Fact]
    public async Task Results_come_in_order_and_open_lines_are_sent_again()
    {
        await using var test = await ClientUnderTest.StartAsync(
            Answer.Lines(
                Answer.Created(1), Answer.NotCreated(2, 503, "OVERLOADED", "same-key"), Answer.Created(3),
                Answer.NotCreated(4, 400, "VALIDATION", field: "candidates[1]")),
            Answer.Lines(Answer.Created(1, true), Answer.Created(2), Answer.Created(3, true), Answer.NotCreated(4, 400, "VALIDATION", field: "candidates[1]")));

        var creating = CreateAsync(test, 4);
        await test.Clock.PassPauseAsync();
        var results = await creating;

        Assert.Equal(["j1", "j2", "j3"], results.OfType<CommandResult.Succeeded>().Select(result => result.JobRequestId));
        var refused = Assert.IsType<CommandResult.NotEnqueued>(results[3]);
        Assert.Equal(("VALIDATION", "candidates[1]: is a duplicate"), (refused.Code, Assert.Single(refused.Errors)));
        Assert.Equal(2, test.Gateway.Seen.Count);
        Assert.All(test.Gateway.Seen, sent => Assert.Equal(
            ("POST", "/v1/job-requests/bulk", "many", "application/x-ndjson"), (sent.Method, sent.Target, sent.Key, sent["Content-Type"])));
        Assert.Single(test.Gateway.Seen.Select(sent => sent.Body).Distinct());
        Assert.Equal("""{"candidates":["ann"],"tasks":[],"title":"1"}""", test.Gateway.Seen[0].Body.Split('\n')[0]);
    }

    [Fact]
    public async Task A_broken_answer_is_completed_under_the_same_key()
    {
        await using var test = await ClientUnderTest.StartAsync(
            Answer.Lines(Answer.Created(1)), Answer.Drop(), Answer.Lines(Answer.Created(1, true), Answer.Created(2)));

        var creating = CreateAsync(test, 2);
        await test.Clock.PassPauseAsync();
        await test.Clock.PassPauseAsync();

        Assert.All(await creating, result => Assert.IsType<CommandResult.Succeeded>(result));
        Assert.Equal(["many", "many", "many"], test.Gateway.Seen.Select(sent => sent.Key));
    }

    [Fact]
    public async Task More_jobs_than_a_call_takes_go_in_several()
    {
        await using var test = await ClientUnderTest.StartAsync(
            Answer.Lines([.. Enumerable.Range(1, 1_000).Select(static line => Answer.Created(line))]), Answer.Lines(Answer.Created(1)));

        var results = await CreateAsync(test, 1_001);

        Assert.Equal(1_001, results.Count);
        Assert.Equal(["many", "many-2"], test.Gateway.Seen.Select(sent => sent.Key));
        Assert.Equal([1_000, 1], test.Gateway.Seen.Select(sent => sent.Body.Split('\n').Length));
    }

    [Fact]
    public async Task An_unanswered_line_is_pending_when_time_is_over()
    {
        await using var test = await ClientUnderTest.StartAsync(Answer.Lines(Answer.Created(1), Answer.NotCreated(2, 503, "OVERLOADED", "same-key")));

        var results = await CreateAsync(test, 3, TimeSpan.Zero);

        Assert.Equal(
            [typeof(CommandResult.Succeeded), typeof(CommandResult.NotEnqueued), typeof(CommandResult.Pending)], results.Select(result => result.GetType()));
    }

    [Fact]
    public async Task A_call_that_is_refused_as_a_whole_throws()
    {
        await using var test = await ClientUnderTest.StartAsync(Answer.Refused(401, "UNAUTHENTICATED"));

        var refused = await Assert.ThrowsAsync<JobRequestsException>(() => CreateAsync(test, 1));

        Assert.Equal("UNAUTHENTICATED", refused.Code);
    }

    [Fact]
    public async Task A_repetition_sends_only_what_is_given()
    {
        await using var test = await ClientUnderTest.StartAsync(Answer.Success());

        await test.Client.CreateAsync(new NewJob { Previous = "j0", Title = "again" });

        Assert.Equal("""{"previous":"j0","title":"again"}""", Assert.Single(test.Gateway.Seen).Body);
    }

    private static async Task<List<CommandResult>> CreateAsync(ClientUnderTest test, int count, TimeSpan? wait = null)
    {
        var jobs = Enumerable.Range(1, count).Select(number => new NewJob { Candidates = ["ann"], Title = $"{number}" });
        var results = new List<CommandResult>();
        await foreach (var result in test.Client.CreateManyAsync(jobs, new CommandOptions { Key = "many", Wait = wait })) results.Add(result);
        return results;
    }
}
