using System.Diagnostics;
using JobRequests.Testing.Stub;
using Microsoft.AspNetCore.Http;

namespace JobRequests.Cli.Tests;

/// <summary>What becomes of the output where a shell has put something in the way.</summary>
public sealed class OutputTests
{
    [Theory]
    [InlineData("--json")]
    [InlineData("")]
    public async Task A_watch_ends_when_its_reader_has_gone(string options)
    {
        await using var gateway = await StubGateway.StartAsync(OneEventAsync);
        using var jobctl = new Jobctl(gateway);

        var run = await ShellAsync(jobctl, $"jobctl watch j1 --as ann {options} | head -n 1; echo ${{PIPESTATUS[0]}}");

        Assert.Contains("JobRequested", run.Output);
        Assert.Equal(("0", ""), (run.Output.TrimEnd().Split('\n')[^1], run.Error));
    }

    [Fact]
    public async Task A_watch_fits_a_narrow_terminal_line_by_line()
    {
        await using var gateway = await StubGateway.StartAsync(OneEventAsync);
        using var jobctl = new Jobctl(gateway);
        await using var terminal = PseudoTerminal.Start(jobctl, "watch --as ann --count 1", columns: 60);

        await terminal.ExpectAsync("5f0c6a52    1 JobRequested");
        await terminal.ExpectAsync("…");
        Assert.Equal(0, await terminal.ExitAsync());
        Assert.All(terminal.Text.Split('\n'), line => Assert.InRange(line.TrimEnd().Length, 0, 60));
    }

    [Fact]
    public async Task A_create_says_the_next_step_to_a_person()
    {
        await using var gateway = await StubGateway.StartAsync(Answer.Success(1, job: "the-job"));
        using var jobctl = new Jobctl(gateway);
        await using var terminal = PseudoTerminal.Start(jobctl, "create ann --as zoe");

        await terminal.ExpectAsync("Created job the-job (version 1");
        await terminal.ExpectAsync("Next: jobctl watch the-job, or jobctl open the-job");
        Assert.Equal(0, await terminal.ExitAsync());
    }

    [Fact]
    public async Task A_watch_prints_the_members_that_are_asked_for()
    {
        await using var gateway = await StubGateway.StartAsync(OneEventAsync);
        using var jobctl = new Jobctl(gateway);

        var run = await jobctl.RunAsync("watch", "--as", "ann", "--count", "1", "--fields", "version,type");

        Assert.Equal(new Run(0, "{\"version\":1,\"type\":\"JobRequested\"}\n", ""), run);
    }

    private static async Task OneEventAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync(
            "id: j1:1\ndata: {\"jobRequestId\":\"5f0c6a52-0000-4000-8000-000000000000\",\"version\":1,\"type\":\"JobRequested\",\"by\":\"zoe\","
                + "\"data\":{\"title\":\"Night shift on the third floor\"}}\n\n");
        await Answer.Silence()(context);
    }

    [Fact]
    public async Task An_outcome_that_cannot_be_written_is_an_error()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no /dev/full here.");
        await using var gateway = await StubGateway.StartAsync(Answer.Success());
        using var jobctl = new Jobctl(gateway);

        var run = await ShellAsync(jobctl, "jobctl accept j1 --as ann --key k1 > /dev/full");

        Assert.Equal(74, run.Code);
        Assert.StartsWith("Standard output cannot be written: ", run.Error);
        Assert.Contains("The answer was: You got the job (version 2, key k1).", run.Error);
        Assert.DoesNotContain(jobctl.Config, run.Error);
    }

    [Fact]
    public async Task An_outcome_counts_although_nobody_reads_it()
    {
        await using var gateway = await StubGateway.StartAsync(Answer.Fail());
        using var jobctl = new Jobctl(gateway);

        var run = await ShellAsync(jobctl, "{ sleep 0.1; jobctl accept j1 --as ann; } | true; exit ${PIPESTATUS[0]}");

        Assert.Equal(2, run.Code);
        Assert.Contains("Someone else has this job", run.Error);
    }

    [Fact]
    public async Task Two_runs_write_into_one_file_one_after_the_other()
    {
        await using var gateway = await StubGateway.StartAsync(Answer.Success(), Answer.Success());
        using var jobctl = new Jobctl(gateway);
        var file = Path.GetTempFileName();

        await ShellAsync(jobctl, $"{{ jobctl accept j1 --as ann --key k1; jobctl accept j1 --as ann --key k2; }} > {file}");

        Assert.Equal(2, (await File.ReadAllLinesAsync(file)).Length);
        File.Delete(file);
    }

    private static async Task<Run> ShellAsync(Jobctl jobctl, string script)
    {
        Assert.SkipUnless(File.Exists("/bin/bash"), "There is no bash here.");
        var start = new ProcessStartInfo("/bin/bash", ["-c", script]) { RedirectStandardOutput = true, RedirectStandardError = true };
        jobctl.Apply(start);
        start.Environment["PATH"] = Path.GetDirectoryName(Jobctl.Executable) + ":" + start.Environment["PATH"];
        using var bash = Process.Start(start)!;
        var (output, error) = (bash.StandardOutput.ReadToEndAsync(), bash.StandardError.ReadToEndAsync());
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            await bash.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            bash.Kill(entireProcessTree: true);
            throw;
        }

        return new Run(bash.ExitCode, await output, await error);
    }
}
