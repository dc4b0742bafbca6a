using Spectre.Console;

namespace JobRequests.Cli.Verbs;

internal static class Login
{
    public static Command Build()
    {
        var forget = new Option<bool>("--forget") { Description = "Remove the stored token" };
        var verb = new Command("login", "Store a token for a service: --as NAME, --token TOKEN, or typed or piped in") { forget };
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            var session = Session.Of(parsed);
            if (parsed.GetValue(forget))
            {
                Terminal.Line(Logins.Forget(session.Url) ? $"Logged out of {session.Url}" : $"There was no login for {session.Url}");
                return ExitCode.Success;
            }

            var identity = session.IdentityIsExplicit ? session.Identity : Identity.OfToken(await AskAsync(cancellationToken));
            Logins.Store(session.Url, identity.Token!);
            Terminal.Good($"Logged in at {session.Url} as {identity.Name}");
            return ExitCode.Success;
        });
        return verb;
    }

    private static async Task<string> AskAsync(CancellationToken cancellationToken) => Console.IsInputRedirected
        ? (await Console.In.ReadLineAsync(cancellationToken))?.Trim() ?? ""
        : await AnsiConsole.PromptAsync(new TextPrompt<string>("Token:").Secret(), cancellationToken);
}
