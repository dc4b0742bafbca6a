using JobRequests.Testing.Stub;

namespace JobRequests.Cli.Tests;

public sealed class MenuTests
{
    private const string Colour = "\e[3";

    [Fact]
    public async Task The_menu_creates_accepts_and_sends_again()
    {
        await using var gateway = await StubGateway.StartAsync(
            Answer.Success(1, job: "the-job"), Jobs(ListTests.Job("other", "[roof]")), Answer.Success(),
            Answer.Success(replayed: true), Answer.Job(2));
        using var jobctl = new Jobctl(gateway);
        await using var terminal = PseudoTerminal.Start(jobctl);

        await (await terminal.ExpectAsync("What do you want to do?")).TypeAsync(PseudoTerminal.Enter);
        await (await terminal.ExpectAsync("Act as:")).TypeAsync("zoe" + PseudoTerminal.Enter);
        await (await terminal.ExpectAsync("Candidates?")).TypeAsync(PseudoTerminal.Enter);
        await (await terminal.ExpectAsync("Tasks, separated by commas")).TypeAsync("windows, floor" + PseudoTerminal.Enter);
        await (await terminal.ExpectAsync("Title")).TypeAsync(PseudoTerminal.Enter);
        await terminal.ExpectAsync("Created job the-job (version 1");
        await (await terminal.ExpectAsync("And now?")).TypeAsync(PseudoTerminal.Down + PseudoTerminal.Enter);

        await (await terminal.ExpectAsync("What do you want to do?")).TypeAsync(PseudoTerminal.Down + PseudoTerminal.Enter);
        await (await terminal.ExpectAsync("Act as:")).TypeAsync("ann" + PseudoTerminal.Enter);
        await terminal.ExpectAsync("Which job?");
        await (await terminal.ExpectAsync("[roof]  Open  2 may answer")).TypeAsync(PseudoTerminal.Down + PseudoTerminal.Enter);
        await (await terminal.ExpectAsync("Job id? (the-job)")).TypeAsync(PseudoTerminal.Enter);
        await terminal.ExpectAsync("You got the job (version 2");
        await (await terminal.ExpectAsync("And now?")).TypeAsync(PseudoTerminal.Enter);
        await terminal.ExpectAsync("(already done by");
        await (await terminal.ExpectAsync("And now?")).TypeAsync(PseudoTerminal.Down + PseudoTerminal.Down + PseudoTerminal.Enter);

        Assert.Equal(0, await terminal.ExitAsync());
        Assert.Equal("""{"candidates":["ann","bob"],"tasks":[{"id":"t1","name":"windows"},{"id":"t2","name":"floor"}]}""", gateway.Seen[0].Body);
        Assert.Equal(["Bearer dev-zoe", .. Enumerable.Repeat("Bearer dev-ann", 4)], gateway.Seen.Select(request => request["Authorization"]));
        Assert.Equal("/v1/job-requests/the-job/accept", gateway.Seen[2].Target);
        Assert.Equal(gateway.Seen[2].Key, gateway.Seen[3].Key);
        Assert.NotEqual(gateway.Seen[0].Key, gateway.Seen[2].Key);
    }

    [Fact]
    public async Task The_menu_offers_an_unanswered_request_again()
    {
        await using var gateway = await StubGateway.StartAsync(
            Jobs(), Answer.Timeout(202, "/v1/requests/k1?job=j1&op=accept&notAfter=1795", retryAfter: 1), Answer.Pending(90),
            Answer.Decided(Answer.SuccessBody()));
        using var jobctl = new Jobctl(gateway);
        await using var terminal = PseudoTerminal.Start(jobctl, "--as ann --wait 20 --key k1");

        await (await terminal.ExpectAsync("What do you want to do?")).TypeAsync(PseudoTerminal.Down + PseudoTerminal.Enter);
        await (await terminal.ExpectAsync("Act as: (ann)")).TypeAsync(PseudoTerminal.Enter);
        await (await terminal.ExpectAsync("Job id?")).TypeAsync("j1" + PseudoTerminal.Enter);
        await terminal.ExpectAsync("Waiting for the outcome, ");
        await terminal.ExpectAsync("attempt 1: There is no decision yet (DECISION_TIMEOUT)");
        await terminal.ExpectAsync("No outcome yet: ");
        await (await terminal.ExpectAsync("And now?")).TypeAsync(PseudoTerminal.Down + PseudoTerminal.Enter);
        await terminal.ExpectAsync("ask again for an unanswered request (1)");
        // Above the first entry are the last two: quit, and the unanswered requests.
        await terminal.TypeAsync("\e[A\e[A" + PseudoTerminal.Enter);
        await (await terminal.ExpectAsync("Which one?")).TypeAsync(PseudoTerminal.Enter);
        await terminal.ExpectAsync("You got the job (version 2, key k1).");
        await (await terminal.ExpectAsync("What do you want to do?")).TypeAsync("\e[A" + PseudoTerminal.Enter);

        Assert.Equal(0, await terminal.ExitAsync());
        Assert.All(gateway.Seen.Skip(2), request => Assert.Equal("/v1/requests/k1?job=j1&op=accept&notAfter=1795", request.Target));
        Assert.Equal(0, jobctl.UnansweredCount);
    }

    [Fact]
    public async Task A_missing_service_does_not_end_the_menu()
    {
        var gone = await StubGateway.StartAsync();
        await gone.DisposeAsync();
        using var jobctl = new Jobctl(gone);
        await using var terminal = PseudoTerminal.Start(jobctl, "--as ann");

        await (await terminal.ExpectAsync("What do you want to do?")).TypeAsync("\e[A\e[A\e[A" + PseudoTerminal.Enter);
        await (await terminal.ExpectAsync("Act as:")).TypeAsync(PseudoTerminal.Enter);
        await (await terminal.ExpectAsync("Job id?")).TypeAsync("j1" + PseudoTerminal.Enter);
        await terminal.ExpectAsync("dotnet run -c Release --project src/Standalone");
        await (await terminal.ExpectAsync("What do you want to do?")).TypeAsync("\e[A" + PseudoTerminal.Enter);

        Assert.Equal(0, await terminal.ExitAsync());
    }

    [Fact]
    public async Task A_terminal_gets_colours_unless_NO_COLOR_is_set()
    {
        await using var gateway = await StubGateway.StartAsync(Answer.Success(), Answer.Success(), Answer.Success());
        using var jobctl = new Jobctl(gateway);

        await using (var coloured = PseudoTerminal.Start(jobctl, "accept j1 --as ann"))
        {
            Assert.Equal(0, await coloured.ExitAsync());
            Assert.Contains(Colour, coloured.Raw);
        }

        jobctl["NO_COLOR"] = "1";
        await using (var plain = PseudoTerminal.Start(jobctl, "accept j1 --as ann"))
        {
            Assert.Equal(0, await plain.ExitAsync());
            Assert.Contains("You got the job (version 2", plain.Raw);
            Assert.DoesNotContain(Colour, plain.Raw);
        }

        jobctl["NO_COLOR"] = null;
        Assert.DoesNotContain('\e', (await jobctl.RunAsync("accept", "j1", "--as", "ann")).Output);
    }

    [Fact]
    public async Task The_menu_has_no_colours_with_NO_COLOR()
    {
        await using var gateway = await StubGateway.StartAsync();
        using var jobctl = new Jobctl(gateway) { ["NO_COLOR"] = "1" };
        await using var terminal = PseudoTerminal.Start(jobctl);

        await (await terminal.ExpectAsync("quit")).TypeAsync("\e[A" + PseudoTerminal.Enter);

        Assert.Equal(0, await terminal.ExitAsync());
        Assert.DoesNotContain(Colour, terminal.Raw);
    }

    private static Microsoft.AspNetCore.Http.RequestDelegate Jobs(params string[] jobs) =>
        Answer.Raw(200, "application/json", $$"""{"items":[{{string.Join(',', jobs)}}],"next":null}""");
}
