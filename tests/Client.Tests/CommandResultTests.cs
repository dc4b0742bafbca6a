using System.Text.Json.Nodes;
using JobRequests.Testing.Stub;

namespace JobRequests.Client.Tests;

public sealed class CommandResultTests
{
    [Fact]
    public async Task A_success_is_won_and_its_saved_key_is_forgotten()
    {
        await using var test = await ClientUnderTest.StartAsync(Answer.Success(version: 2));

        var won = Assert.IsType<CommandResult.Succeeded>(await test.Client.AcceptAsync("j1"));

        Assert.Equal(("j1", 2, false), (won.JobRequestId, won.Version, won.Replayed));
        Assert.Equal("ann", won.Job?.AcceptedBy);
        Assert.Equal(new JobTask("t1", "windows", false), Assert.Single(won.Job!.Tasks));
        Assert.True(IdempotencyKey.IsValid(won.Key));
        Assert.Equal(test.Gateway.Seen[0].Key, won.Key);
        Assert.Null(await test.SavedAsync());
    }

    [Fact]
    public async Task A_replay_says_so_and_what_is_true_now()
    {
        await using var test = await ClientUnderTest.StartAsync(
            Answer.Success(version: 2, replayed: true), Answer.Job(3, "Cancelled"));

        var won = Assert.IsType<CommandResult.Succeeded>(await test.Client.AcceptAsync("j1"));

        Assert.Equal((true, 2, "Cancelled", 3), (won.Replayed, won.Version, won.Current?.Status, won.Current?.Version));
        Assert.Equal("/v1/job-requests/j1?consistency=strong", test.Gateway.Seen[1].Target);
    }

    [Fact]
    public async Task A_replayed_refusal_says_so_too()
    {
        var fail = Answer.Problem(409, "ALREADY_ACCEPTED", "Someone else has this job", "FAIL", version: 2);
        await using var test = await ClientUnderTest.StartAsync(
            Answer.Json(409, fail, ("Idempotency-Replayed", "true")), Answer.Job(3, "Open"));

        var lost = Assert.IsType<CommandResult.Rejected>(await test.Client.AcceptAsync("j1"));

        Assert.Equal((true, "Open"), (lost.Replayed, lost.Current?.Status));
    }

    [Fact]
    public async Task A_replay_stands_although_the_job_cannot_be_read()
    {
        await using var test = await ClientUnderTest.StartAsync(Answer.Success(replayed: true), Answer.Raw(503, "text/html", ""));

        var won = Assert.IsType<CommandResult.Succeeded>(await test.Client.AcceptAsync("j1"));

        Assert.Equal((true, null), (won.Replayed, won.Current));
    }

    [Theory]
    [InlineData(409, "ALREADY_ACCEPTED")]
    [InlineData(403, "NOT_ALLOWED")]
    [InlineData(412, "VERSION_MISMATCH")]
    public async Task A_rejection_has_its_reason_and_forgets_the_key(int status, string code)
    {
        await using var test = await ClientUnderTest.StartAsync(Answer.Fail(code, "So say the rules", status, version: 7));

        var lost = Assert.IsType<CommandResult.Rejected>(await test.Client.AcceptAsync("j1"));

        Assert.Equal((code, "So say the rules", 7), (lost.Reason, lost.Message, lost.Version));
        Assert.Null(await test.SavedAsync());
    }

    [Theory]
    [InlineData(400, "VALIDATION")]
    [InlineData(401, "UNAUTHENTICATED")]
    [InlineData(404, "JOB_REQUEST_NOT_FOUND")]
    [InlineData(413, "TOO_LARGE")]
    [InlineData(415, "NOT_JSON")]
    [InlineData(422, "IDEMPOTENCY_KEY_REUSED")]
    public async Task A_refused_first_attempt_is_final_and_forgets_the_key(int status, string code)
    {
        await using var test = await ClientUnderTest.StartAsync(Answer.Refused(status, code));

        Assert.Equal(code, Assert.IsType<CommandResult.NotEnqueued>(await test.Client.AcceptAsync("j1")).Code);
        Assert.Single(test.Gateway.Seen);
        Assert.Null(await test.SavedAsync());
    }

    [Fact]
    public async Task A_proxys_page_is_no_answer_and_keeps_the_key()
    {
        await using var test = await ClientUnderTest.StartAsync(Answer.Raw(404, "text/html", "<html>Not found</html>"));

        var still = Assert.IsType<CommandResult.Pending>(await test.Client.AcceptAsync("j1", new CommandOptions { Wait = TimeSpan.Zero }));

        Assert.Equal(("FOREIGN_ANSWER", null), (still.Code, still.Answer));
        Assert.Contains("HTTP 404", still.Message);
        Assert.Equal(still.Key, (await test.SavedAsync())?.Key);
    }

    [Theory]
    [InlineData(404, "JOB_REQUEST_NOT_FOUND")]
    [InlineData(422, "IDEMPOTENCY_KEY_REUSED")]
    [InlineData(429, "TOO_MANY_ATTEMPTS")]
    public async Task A_refusal_with_unknown_outcome_keeps_the_key(int status, string code)
    {
        await using var test = await ClientUnderTest.StartAsync(Answer.Refused(status, code, outcomeKnown: false));

        var still = Assert.IsType<CommandResult.Pending>(await test.Client.AcceptAsync("j1"));

        Assert.Equal(code, still.Code);
        Assert.Equal(still.Key, (await test.SavedAsync())?.Key);
    }

    [Fact]
    public async Task Validation_errors_are_told_field_by_field()
    {
        var fields = new JsonObject { ["candidates"] = new JsonArray("at least one", "at most 1000") };
        await using var test = await ClientUnderTest.StartAsync(Answer.Refused(400, "VALIDATION", errors: fields));

        var refused = Assert.IsType<CommandResult.NotEnqueued>(await test.Client.CreateAsync(new NewJob { Candidates = [] }));

        Assert.Equal(["candidates: at least one", "candidates: at most 1000"], refused.Errors);
    }

    [Fact]
    public async Task Validation_errors_in_a_list_are_told_too()
    {
        var list = new JsonArray(new JsonObject { ["field"] = "title", ["message"] = "too long" }, "and more");
        await using var test = await ClientUnderTest.StartAsync(Answer.Refused(400, "VALIDATION", errors: list));

        var refused = Assert.IsType<CommandResult.NotEnqueued>(await test.Client.CreateAsync(new NewJob { Candidates = ["ann"] }));

        Assert.Equal(["title: too long", "and more"], refused.Errors);
    }

    [Fact]
    public async Task The_last_answer_comes_along_as_it_was()
    {
        const string Body = """{ "outcome":"SUCCESS",   "jobRequestId":"j1","version":2 }""";
        await using var test = await ClientUnderTest.StartAsync(Answer.Raw(200, "application/json", Body));

        Assert.Equal(new RawAnswer(200, Body), (await test.Client.AcceptAsync("j1")).Answer);
    }
}
