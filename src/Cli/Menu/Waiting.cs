using System.Diagnostics;
using Spectre.Console;

namespace JobRequests.Cli.Menu;

/// <summary>Shows how long a command has been waited for, and what was heard meanwhile.</summary>
internal static class Waiting
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    public static Task<CommandResult> ShowAsync(IAnsiConsole console, TimeSpan wait, Func<IProgress<CommandProgress>, Task<CommandResult>> send) =>
        console.Status().StartAsync("Sending", async status =>
        {
            var heard = new LastHeard();
            var clock = Stopwatch.StartNew();
            var sending = send(heard);
            while (await Task.WhenAny(sending, Task.Delay(Tick)) != sending)
                status.Status(
                    $"Waiting for the outcome, {clock.Elapsed.TotalSeconds:0.0} of {wait.TotalSeconds:0} s{Markup.Escape(Terminal.Printable(heard.Text))}");
            return await sending;
        });

    private sealed class LastHeard : IProgress<CommandProgress>
    {
        public string Text { get; private set; } = "";

        public void Report(CommandProgress value) => Text = $"; attempt {value.Attempt}: {value.Message} ({value.Code})";
    }
}
