using System.Text.Json;
using System.Text.Json.Nodes;

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
            if (session.Json) Terminal.JsonLine(Json(session));
            else Terminal.Line(identity.Token is null
                ? $"Nobody, at {session.Url}. {Failures.NotLoggedIn}"
                : $"{identity.Name}, at {session.Url}{(identity.ExpiresAt is { } at ? $"; the token {Ends(at)}" : "")}");
            return identity.Token is null ? ExitCode.Refused : ExitCode.Success;
        });
        return verb;
    }

    // What the token says of itself; only the service knows what its bearer may do.
    private static string Json(Session session) => new JsonObject
    {
        ["person"] = session.Identity.Token is null ? null : session.Identity.Name,
        ["url"] = session.Url.ToString(),
        ["expiresAt"] = session.Identity.ExpiresAt,
    }.ToJsonString(JsonSerializerOptions.Default);

    private static string Ends(DateTimeOffset at) =>
        $"{(at > DateTimeOffset.UtcNow ? "expires" : "expired")} {Times.Away(at, DateTimeOffset.UtcNow)} ({Times.Text(at)})";
}
