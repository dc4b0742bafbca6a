using JobRequests.Testing.Stub;

namespace JobRequests.Client.Tests;

public sealed class SameKeyRetryTests
{
    private static readonly CommandOptions Patient = new() { Wait = TimeSpan.FromMinutes(1) };

    [Fact]
    public async Task A_dropped_connection_repeats_the_request_with_its_key()
    {
        await using var test = await ClientUnderTest.StartAsync(Answer.Drop(), Answer.Drop(), Answer.Success());

        var sending = test.Client.DeclineAsync("j1", "busy", Patient);
        await test.Clock.PassPauseAsync();
        await test.Clock.PassPauseAsync();

        Assert.IsType<CommandResult.Succeeded>(await sending);
        Assert.Equal(3, test.Gateway.Seen.Count);
        Assert.Single(test.Gateway.Seen.Select(request => (request.Method, request.Target, request.Key, request.Body)).Distinct());
    }

    [Fact]
    public async Task An_overloaded_service_gets_a_repeat_after_Retry_After()
    {
        await using var test = await ClientUnderTest.StartAsync(Answer.Overloaded(retryAfter: 3), Answer.Success());

        var sending = test.Client.AcceptAsync("j1", Patient);

        Assert.Equal(TimeSpan.FromSeconds(3), await test.Clock.PassPauseAsync());
        Assert.IsType<CommandResult.Succeeded>(await sending);
        Assert.Single(test.Gateway.Seen.Select(request => request.Key).Distinct());
    }

    [Fact]
    public async Task A_quota_is_respected_and_the_key_stays_the_same()
    {
        await using var test = await ClientUnderTest.StartAsync(Answer.Refused(429, "QUOTA_EXCEEDED", retryAfter: 7, advice: "same-key"), Answer.Success());

        var sending = test.Client.AcceptAsync("j1", Patient);

        Assert.Equal(TimeSpan.FromSeconds(7), await test.Clock.PassPauseAsync());
        Assert.IsType<CommandResult.Succeeded>(await sending);
        Assert.Single(test.Gateway.Seen.Select(request => request.Key).Distinct());
    }

    [Theory]
    [InlineData(504)]
    [InlineData(202)]
    public async Task After_a_timeout_the_status_route_gives_the_answer(int status)
    {
        await using var test = await ClientUnderTest.StartAsync(
            Answer.Timeout(status, "/v1/requests/k1?job=j1&op=accept&notAfter=1795"), Answer.Pending(), Answer.Decided(Answer.SuccessBody(version: 5)));

        var sending = test.Client.AcceptAsync("j1", Patient with { Key = "k1" });
        await test.Clock.PassPauseAsync();
        await test.Clock.PassPauseAsync();

        Assert.Equal(5, Assert.IsType<CommandResult.Succeeded>(await sending).Version);
        Assert.Equal(["POST", "GET", "GET"], test.Gateway.Seen.Select(request => request.Method));
        Assert.Equal("/v1/requests/k1?job=j1&op=accept&notAfter=1795", test.Gateway.Seen[1].Target);
        Assert.Null(await test.SavedAsync());
    }

    [Fact]
    public async Task A_fail_found_by_the_status_route_is_lost()
    {
        await using var test = await ClientUnderTest.StartAsync(
            Answer.Timeout(), Answer.Decided(Answer.Problem(409, "DEADLINE_PASSED", "Too late", "FAIL", version: 3)));

        var sending = test.Client.AcceptAsync("j1", Patient);
        await test.Clock.PassPauseAsync();

        Assert.Equal("DEADLINE_PASSED", Assert.IsType<CommandResult.Rejected>(await sending).Reason);
        Assert.Null(await test.SavedAsync());
    }

    [Fact]
    public async Task A_timeout_without_status_route_repeats_the_request()
    {
        await using var test = await ClientUnderTest.StartAsync(Answer.Timeout(504, instance: null), Answer.Success());

        var sending = test.Client.AcceptAsync("j1", Patient);
        await test.Clock.PassPauseAsync();

        Assert.IsType<CommandResult.Succeeded>(await sending);
        Assert.Equal(["POST", "POST"], test.Gateway.Seen.Select(request => request.Method));
        Assert.Single(test.Gateway.Seen.Select(request => request.Key).Distinct());
    }

    [Fact]
    public async Task A_key_unknown_to_the_status_route_is_repeated()
    {
        await using var test = await ClientUnderTest.StartAsync(Answer.Timeout(), Answer.StatusUnknown(), Answer.Success());

        var sending = test.Client.AcceptAsync("j1", Patient);
        await test.Clock.PassPauseAsync();
        await test.Clock.PassPauseAsync();

        Assert.IsType<CommandResult.Succeeded>(await sending);
        Assert.Equal(["POST", "GET", "POST"], test.Gateway.Seen.Select(request => request.Method));
        Assert.Equal(test.Gateway.Seen[0].Key, test.Gateway.Seen[2].Key);
    }

    [Fact]
    public async Task A_silent_connection_is_abandoned_for_a_repeat()
    {
        await using var test = await ClientUnderTest.StartAsync(Answer.Silence(), Answer.Success());

        var sending = test.Client.AcceptAsync("j1", new CommandOptions { Wait = TimeSpan.FromDays(1) });
        await test.Gateway.ArrivalAsync();
        await test.Clock.PassLimitAsync();
        await test.Clock.PassPauseAsync();

        Assert.IsType<CommandResult.Succeeded>(await sending);
        Assert.Single(test.Gateway.Seen.Select(request => request.Key).Distinct());
    }

    [Theory]
    [InlineData(200, "<html>Welcome to the airport's wireless network</html>")]
    [InlineData(200, "{}")]
    [InlineData(200, "[]")]
    [InlineData(200, """{"outcome":"SUCCESS"}""")]
    [InlineData(200, """{"state":"DECIDED","outcome":"SUCCESS"}""")]
    [InlineData(301, "")]
    [InlineData(308, "<html>Moved</html>")]
    [InlineData(400, """{"code":"BAD","title":"Bad request"}""")]
    [InlineData(401, "")]
    [InlineData(403, "<html>Forbidden</html>")]
    [InlineData(404, "<html>Not found</html>")]
    [InlineData(409, """{"outcome":"FAIL"}""")]
    [InlineData(429, "Slow down")]
    [InlineData(500, "")]
    [InlineData(502, "Bad gateway")]
    [InlineData(503, "<html>Maintenance</html>")]
    public async Task An_answer_that_is_not_the_services_is_no_outcome(int status, string body)
    {
        await using var test = await ClientUnderTest.StartAsync(
            Answer.Raw(status, "text/html; charset=windows-1252", body, ("Location", status < 400 ? "/login" : null)), Answer.Success());

        var sending = test.Client.AcceptAsync("j1", Patient);
        await test.Clock.PassPauseAsync();

        Assert.IsType<CommandResult.Succeeded>(await sending);
        Assert.Single(test.Gateway.Seen.Select(request => request.Key).Distinct());
    }

    [Theory]
    [InlineData(404, "<html>Not found</html>")]
    [InlineData(200, "{}")]
    [InlineData(200, """{"state":"DECIDED","outcome":"SUCCESS","result":{}}""")]
    public async Task A_foreign_answer_to_a_status_question_decides_nothing(int status, string body)
    {
        await using var test = await ClientUnderTest.StartAsync(
            Answer.Timeout(), Answer.Raw(status, "application/json", body), Answer.Decided(Answer.SuccessBody()));

        var sending = test.Client.AcceptAsync("j1", Patient);
        await test.Clock.PassPauseAsync();
        await test.Clock.PassPauseAsync();

        Assert.IsType<CommandResult.Succeeded>(await sending);
        Assert.Equal(["POST", "GET", "GET"], test.Gateway.Seen.Select(request => request.Method));
    }

    [Fact]
    public async Task A_charset_that_is_unknown_is_no_obstacle()
    {
        await using var test = await ClientUnderTest.StartAsync(Answer.Raw(200, "application/json; charset=utf8", Answer.SuccessBody().ToJsonString()));

        Assert.IsType<CommandResult.Succeeded>(await test.Client.AcceptAsync("j1", Patient));
    }

    [Fact]
    public async Task An_answer_cannot_send_the_token_to_another_host()
    {
        await using var elsewhere = await StubGateway.StartAsync();
        await using var test = await ClientUnderTest.StartAsync(
            Answer.Timeout(202, instance: null, location: $"{elsewhere.Address}v1/requests/k1?job=j1&op=accept"), Answer.Decided(Answer.SuccessBody()));

        var sending = test.Client.AcceptAsync("j1", Patient);
        await test.Clock.PassPauseAsync();

        Assert.IsType<CommandResult.Succeeded>(await sending);
        Assert.Equal("/v1/requests/k1?job=j1&op=accept", test.Gateway.Seen[1].Target);
        Assert.Empty(elsewhere.Seen);
    }

    [Fact]
    public async Task Progress_tells_each_attempt_that_brought_no_outcome()
    {
        await using var test = await ClientUnderTest.StartAsync(Answer.Overloaded(retryAfter: 3), Answer.Success());
        var told = new Told();

        var sending = test.Client.AcceptAsync("j1", Patient with { Progress = told });
        await test.Clock.PassPauseAsync();
        await sending;

        Assert.Equal([(1, "OVERLOADED", TimeSpan.FromSeconds(3))], told.Attempts.Select(attempt => (attempt.Attempt, attempt.Code, attempt.NextIn)));
    }

    private sealed class Told : IProgress<CommandProgress>
    {
        public List<CommandProgress> Attempts { get; } = [];

        public void Report(CommandProgress value) => Attempts.Add(value);
    }
}
