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
        await using var gateway = await StubGateway.StartAsync(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("id: j1:1\ndata: {\"jobRequestId\":\"j1\",\"version\":1,\"type\":\"JobRequested\"}\n\n");
            await Answer.Silence()(context);
        });
        using var jobctl = new Jobctl(gateway);

        var run = await ShellAsync(jobctl, $"jobctl watch j1 --as ann {options} | head -n 1; echo ${{PIPESTATUS[0]}}");

        Assert.Contains("JobRequested", run.Output);
        Assert.Equal(("0", ""), (run.Output.TrimEnd().Split('\n')[^1], run.Error));
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
