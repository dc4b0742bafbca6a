namespace JobRequests.Cli.Verbs;

/// <summary>Scripts that ask jobctl itself, through its suggest directive, what may come next.</summary>
internal static class Completion
{
    private const string Bash =
        """
        # eval "$(jobctl completion bash)"
        _jobctl() {
            local IFS=$'\n'
            COMPREPLY=($(compgen -W "$(jobctl "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -F _jobctl jobctl
        """;

    private const string Zsh =
        """
        # eval "$(jobctl completion zsh)"
        _jobctl() {
            local -a suggestions
            suggestions=("${(@f)$(jobctl "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
            compadd -a suggestions
        }
        compdef _jobctl jobctl
        """;

    private const string Fish =
        """
        # jobctl completion fish | source
        complete -c jobctl -f -a '(jobctl "[suggest:"(commandline -C)"]" (commandline) 2>/dev/null)'
        """;

    public static Command Build()
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or fish" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var verb = new Command("completion", "Print a script for completion in your shell") { shell };
        verb.SetAction(parsed => Terminal.Line(parsed.GetRequiredValue(shell) switch
        {
            "bash" => Bash,
            "zsh" => Zsh,
            _ => Fish,
        }));
        return verb;
    }
}
