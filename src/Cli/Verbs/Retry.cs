using System.CommandLine.Completions;

namespace JobRequests.Cli.Verbs;

/// <summary>Asks for the outcome of kept requests, and sends them again with their keys where the service does not know them.</summary>
internal static class Retry
{
    public static Command Build()
    {
        var key = new Argument<string?>("key")
        { Description = "The key (default: the last unanswered one)", HelpName = "key", Arity = ArgumentArity.ZeroOrOne };
        key.CompletionSources.Add(SuggestKeys);
        var all = new Option<bool>("--all") { Description = "All pending requests, oldest first" };
        var list = new Option<bool>("--list") { Description = "List them; send nothing" };
        var forget = new Option<bool>("--forget") { Description = "Drop it from the list without sending; its outcome stays unknown" };
        var verb = new Command("retry", "Resend a pending request with its original key") { key, all, list, forget };
        verb.Validators.Add(result =>
        {
            if (result.GetValue(all) && result.GetValue(key) is not null)
                result.AddError("Give a key or --all, not both.");
            if (result.GetValue(list) && result.GetValue(forget))
                result.AddError("Give --list or --forget, not both.");
        });
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            var session = Session.Of(parsed);
            var mine = (await Session.Unanswered.ListAsync(cancellationToken)).Where(request => IsMeant(request, session)).ToList();
            var chosen = Choose(mine, parsed.GetValue(key) ?? session.Key, parsed.GetValue(all) || parsed.GetValue(list));
            foreach (var file in await Session.Unanswered.FindUnreadableAsync(cancellationToken))
                Terminal.Error($"{file} holds no request and is left out: delete it.");
            if (parsed.GetValue(list))
                return List(chosen);
            if (chosen.Count == 0)
            {
                Terminal.Error("No pending requests.");
                return ExitCode.Success;
            }

            var worst = ExitCode.Success;
            foreach (var request in chosen)
            {
                if (parsed.GetValue(forget))
                    await Session.Unanswered.ForgetAsync(request, cancellationToken);
                else
                    worst = Math.Max(worst, await SendAsync(session, request, mine.Count, cancellationToken));
            }

            return worst;
        });
        return verb;
    }

    /// <summary>The kept keys, for completion, which is synchronous.</summary>
    public static IEnumerable<CompletionItem> SuggestKeys(CompletionContext context) =>
        Session.Unanswered.ListAsync().GetAwaiter().GetResult().Select(request => new CompletionItem(request.Key));

    /// <summary>The session of the person who sent the request, at the service it went to.</summary>
    public static Session SessionOf(Session session, PendingRequest request)
    {
        var url = request.Server is null ? session.Url : Session.Address(request.Server);
        return session with { Url = url, Identity = Identity.OfSender(request.Caller, session.Identity, url) };
    }

    private static Task<int> SendAsync(Session session, PendingRequest request, int unanswered, CancellationToken cancellationToken)
    {
        var sender = SessionOf(session, request);
        if (!session.Json && unanswered > 1)
            Terminal.Error($"{Text(request)}; one of {unanswered} unanswered");
        return CommandSender.ResumeAsync(sender, request, cancellationToken);
    }

    private static bool IsMeant(PendingRequest request, Session session) =>
        (!session.IdentityIsExplicit || request.Caller == session.Identity.Label)
        && (!session.UrlIsExplicit || request.Server is null || Settings.Logins.KeyOf(Session.Address(request.Server)) == Settings.Logins.KeyOf(session.Url));

    private static List<PendingRequest> Choose(List<PendingRequest> mine, string? key, bool all)
    {
        if (key is null)
            return all ? mine : [.. mine.TakeLast(1)];
        var named = mine.Where(request => request.Key == key).ToList();
        return named.Count > 0
            ? named
            : throw new UsageException(
                $"No unanswered request has the key '{key}': it was answered, or sent elsewhere. `jobctl retry --list` shows them; any verb takes --key.");
    }

    private static int List(List<PendingRequest> requests)
    {
        Terminal.Line(requests.Count == 0 ? "No pending requests." : string.Join('\n', requests.Select(Text)));
        return ExitCode.Success;
    }

    private static string Text(PendingRequest request) =>
        $"{request.Key}  {Times.Text(request.Created)}  {request.Operation} {request.Job} {request.TaskId}".TrimEnd()
            + $"  ({request.Caller ?? "nobody"} at {request.Server})";
}
