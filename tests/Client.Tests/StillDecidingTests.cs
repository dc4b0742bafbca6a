using JobRequests.Testing.Stub;

namespace JobRequests.Client.Tests;

public sealed class StillDecidingTests
{
    private static readonly CommandOptions Patient = new() { Wait = TimeSpan.FromMinutes(1) };

    [Theory]
    [InlineData(404, false)]
    [InlineData(404, true)]
    [InlineData(422, true)]
    [InlineData(401, true)]
    [InlineData(400, true)]
    public async Task After_a_timeout_no_refusal_is_an_answer(int status, bool outcomeKnown)
    {
        await using var test = await ClientUnderTest.StartAsync(
            Answer.Timeout(), Answer.StatusUnknown(), Answer.Refused(status, "SOME_REFUSAL", outcomeKnown: outcomeKnown));

        var sending = test.Client.AcceptAsync("j1", Patient);
        await test.Clock.PassPauseAsync();
        await test.Clock.PassPauseAsync();

        var still = Assert.IsType<CommandResult.Pending>(await sending);
        Assert.Equal("SOME_REFUSAL", still.Code);
        Assert.Equal(still.Key, (await test.SavedAsync())?.Key);
    }

    [Fact]
    public async Task After_a_lost_connection_an_overload_is_no_answer()
    {
        await using var test = await ClientUnderTest.StartAsync(Answer.Drop(), Answer.Overloaded(retryAfter: 120));

        var sending = test.Client.AcceptAsync("j1", Patient);
        await test.Clock.PassPauseAsync();

        Assert.IsType<CommandResult.Pending>(await sending);
        Assert.NotNull(await test.SavedAsync());
    }

    [Fact]
    public async Task An_overload_is_a_refusal_that_keeps_the_key()
    {
        await using var test = await ClientUnderTest.StartAsync(Answer.Overloaded(retryAfter: 120));

        var refused = Assert.IsType<CommandResult.NotEnqueued>(await test.Client.AcceptAsync("j1", Patient));

        Assert.Equal(("OVERLOADED", TimeSpan.FromSeconds(120)), (refused.Code, refused.RetryAfter));
        Assert.Equal(refused.Key, (await test.SavedAsync())?.Key);
    }

    [Fact]
    public async Task The_callers_deadline_ends_the_polls()
    {
        await using var test = await ClientUnderTest.StartAsync(Answer.Timeout(retryAfter: 10), Answer.Pending(10), Answer.Pending(10), Answer.Pending(10));

        var sending = test.Client.AcceptAsync("j1", new CommandOptions { Wait = TimeSpan.FromSeconds(40) });
        for (var pause = 0; pause < 3; pause++)
            await test.Clock.PassPauseAsync();

        var still = Assert.IsType<CommandResult.Pending>(await sending);
        Assert.Equal(["wait=30", "wait=30", "wait=20", "wait=10"], test.Gateway.Seen.Select(request => request["Prefer"]));
        Assert.Equal(new DateTimeOffset(2026, 11, 23, 10, 1, 0, TimeSpan.Zero), still.OutcomeKnownAt);
    }

    [Fact]
    public async Task Without_a_wait_the_call_returns_after_publication()
    {
        await using var test = await ClientUnderTest.StartAsync(Answer.Timeout());

        Assert.IsType<CommandResult.Pending>(await test.Client.AcceptAsync("j1", new CommandOptions { Wait = TimeSpan.Zero }));
        Assert.Equal("respond-async", Assert.Single(test.Gateway.Seen)["Prefer"]);
    }

    [Fact]
    public async Task Cancelling_ends_the_waiting_and_keeps_the_key()
    {
        await using var test = await ClientUnderTest.StartAsync(Answer.Silence());
        using var cancellationToken = new CancellationTokenSource();

        var sending = test.Client.AcceptAsync("j1", new CommandOptions { Key = "k1" }, cancellationToken.Token);
        await test.Gateway.ArrivalAsync();
        await cancellationToken.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        Assert.Equal("k1", (await test.SavedAsync())?.Key);
    }

    [Fact]
    public async Task Cancelling_ends_a_pause_too()
    {
        await using var test = await ClientUnderTest.StartAsync(Answer.Overloaded(retryAfter: 3));
        using var cancellationToken = new CancellationTokenSource();
        var paused = new TaskCompletionSource();

        var sending = test.Client.AcceptAsync("j1", Patient with { Progress = new WhenTold(paused.SetResult) }, cancellationToken.Token);
        await paused.Task;
        await cancellationToken.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        Assert.NotNull(await test.SavedAsync());
    }

    [Fact]
    public async Task A_missing_service_is_a_refusal_that_keeps_the_command()
    {
        var gone = await StubGateway.StartAsync();
        await gone.DisposeAsync();
        await using var test = ClientUnderTest.At(gone, options => options.GiveUpUnreachableAfter = TimeSpan.Zero);

        var refused = Assert.IsType<CommandResult.NotEnqueued>(await test.Client.AcceptAsync("j1", Patient));

        Assert.Equal(("UNREACHABLE", null), (refused.Code, refused.Answer));
        Assert.Equal(refused.Key, (await test.SavedAsync())?.Key);
    }

    private sealed class WhenTold(Action act) : IProgress<CommandProgress>
    {
        public void Report(CommandProgress value) => act();
    }
}
