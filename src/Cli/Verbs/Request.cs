namespace JobRequests.Cli.Verbs;

internal static class Request
{
    public static Command Build()
    {
        var key = new Argument<string>("key") { Description = "The idempotency key", HelpName = "key" };
        var job = JobArgument.NewOption("--job", "The job it was about (known for kept requests)");
        var operation = new Option<string?>("--op") { Description = "What was asked for (known for kept requests)", HelpName = "OPERATION" };
        operation.AcceptOnlyFromAmong([.. Operation.All]);
        key.CompletionSources.Add(Retry.SuggestKeys);
        var verb = new Command("request", "Look up what became of a key; sends nothing") { key, job, operation };
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            var session = Session.Of(parsed);
            var waits = parsed.GetResult(GlobalOptions.Wait) is { Implicit: false };
            var wait = waits ? session.Wait : TimeSpan.Zero;
            var name = parsed.GetRequiredValue(key);
            if (!IdempotencyKey.IsValid(name))
                throw new UsageException($"'{name}' is not a valid key.");

            var kept = parsed.GetValue(job) is null && parsed.GetValue(operation) is null
                ? (await Session.Unanswered.ListAsync(cancellationToken))
                    .LastOrDefault(request => request.Key == name && (!session.IdentityIsExplicit || request.Caller == session.Identity.Label))
                : null;
            try
            {
                var status = kept is null
                    ? await session.Client().GetRequestAsync(name, parsed.GetValue(operation), parsed.GetValue(job), wait, cancellationToken)
                    : await Retry.SessionOf(session, kept).Client().GetRequestAsync(kept, wait, cancellationToken);
                return Print(status, name, kept?.Operation ?? parsed.GetValue(operation) ?? "", kept?.TaskId, session.Json);
            }
            catch (JobRequestsException e) when (session.Json)
            {
                Terminal.Raw(e.Answer.Body);
                return ExitCode.OfRefusal(e.Answer.Status);
            }
        });
        return verb;
    }

    private static int Print(RequestStatus status, string key, string operation, string? task, bool json)
    {
        if (json)
            Terminal.Raw(status.Answer.Body);
        switch (status)
        {
            case RequestStatus.Decided { Result: var result }:
                return json ? Answers.Code(result) : Answers.Print(result, operation, task, json: false);
            case RequestStatus.Pending:
                if (!json)
                    Terminal.Open($"No outcome yet: {key} is being decided.");
                return ExitCode.Undecided;
            case RequestStatus.Unknown { NeverHappened: true }:
                if (!json)
                    Terminal.Error($"There is no such job, or it is not offered to you. Nothing was done with {key}, and nothing will be.");
                return ExitCode.Refused;
            default:
                if (!json)
                    Terminal.Error($"The service does not know {key}: it is safe to send the command with this key.");
                return ExitCode.Refused;
        }
    }
}
