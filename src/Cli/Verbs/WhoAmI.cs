namespace JobRequests.Cli.Verbs;

internal static class WhoAmI
{
    public static Command Build()
    {
        var verb = new Command("whoami", "Say as whom commands are sent, and where to");
        verb.SetAction(parsed =>
        {
            var session = Session.Of(parsed);
            var identity = session.Identity;
            Terminal.Line(identity.Token is null
                ? $"Nobody, at {session.Url}. {Failures.NotLoggedIn}"
                : $"{identity.Name}, at {session.Url}{(identity.ExpiresAt is { } at ? $"; the token {Ends(at)}" : "")}");
            return identity.Token is null ? ExitCode.Refused : ExitCode.Success;
        });
        return verb;
    }

    private static string Ends(DateTimeOffset at) =>
        $"{(at > DateTimeOffset.UtcNow ? "expires" : "expired")} {Times.Away(at, DateTimeOffset.UtcNow)} ({Times.Text(at)})";
}
