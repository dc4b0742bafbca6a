using System.Diagnostics;
using JobRequests.Testing.Stub;

namespace JobRequests.Cli.Tests;

public sealed class CompletionTests
{
    [Theory]
    [InlineData("jobctl acc", "accept")]
    [InlineData("jobctl task f", "finish")]
    [InlineData("jobctl accept --if", "--if-match")]
    [InlineData("jobctl request k1 --op fin", "finish-task")]
    [InlineData("jobctl completion z", "zsh")]
    [InlineData("jobctl list --status Op", "Open")]
    [InlineData("jobctl list --standing St", "Standby")]
    public async Task Verbs_options_and_values_are_suggested(string line, string suggestion)
    {
        using var jobctl = new Jobctl();

        Assert.Contains(suggestion, (await jobctl.RunAsync($"[suggest:{line.Length}]", line)).Output.Split('\n').Select(text => text.Trim()));
    }

    [Fact]
    public async Task Jobs_and_keys_used_before_are_suggested()
    {
        await using var gateway = await StubGateway.StartAsync(Answer.Success(job: "the-job"), Answer.Overloaded(90));
        using var jobctl = new Jobctl(gateway);
        await jobctl.RunAsync("create", "ann", "--as", "zoe");
        await jobctl.RunAsync("accept", "the-job", "--as", "ann", "--key", "the-key", "--wait", "0");

        foreach (var verb in (string[])["accept", "retry", "why", "request"])
            Assert.DoesNotMatch("the-(job|key)", (await jobctl.RunAsync(verb, "--help")).Output);
        Assert.Contains("the-job", (await jobctl.RunAsync("[suggest:17]", "jobctl accept the")).Output);
        Assert.Contains("the-key", (await jobctl.RunAsync("[suggest:16]", "jobctl retry the")).Output);
    }

    [Fact]
    public async Task The_script_works_in_bash()
    {
        Assert.SkipUnless(File.Exists("/bin/bash"), "There is no bash here.");
        using var jobctl = new Jobctl();
        var start = new ProcessStartInfo("/bin/bash", ["-c", """
            eval "$(jobctl completion bash)"
            COMP_LINE="jobctl wi" COMP_POINT=9 COMP_WORDS=(jobctl wi) COMP_CWORD=1
            _jobctl
            echo "${COMPREPLY[@]}"
            """])
        {
            RedirectStandardOutput = true,
        };
        jobctl.Apply(start);
        start.Environment["PATH"] = Path.GetDirectoryName(Jobctl.Executable) + ":" + start.Environment["PATH"];

        using var bash = Process.Start(start)!;

        Assert.Equal("withdraw", (await bash.StandardOutput.ReadToEndAsync()).Trim());
    }

    [Theory]
    [InlineData("bash", "complete -F _jobctl jobctl")]
    [InlineData("zsh", "compdef _jobctl jobctl")]
    [InlineData("fish", "complete -c jobctl")]
    public async Task There_is_a_script_for_each_shell(string shell, string line)
    {
        using var jobctl = new Jobctl();

        Assert.Contains(line, (await jobctl.RunAsync("completion", shell)).Output);
    }
}
