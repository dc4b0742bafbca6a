namespace JobRequests.Cli.Sending;

/// <summary>Tells a person at the terminal why it takes longer; silent for scripts.</summary>
internal sealed class ProgressLines(bool silent) : IProgress<CommandProgress>
{
    private readonly bool _silent = silent || Console.IsErrorRedirected;

    public void Report(CommandProgress value)
    {
        if (!_silent)
            Terminal.Error($"{value.Message} ({value.Code}); the same key again in {value.NextIn.TotalSeconds:0.0} s");
    }
}
