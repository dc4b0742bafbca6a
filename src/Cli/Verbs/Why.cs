namespace JobRequests.Cli.Verbs;

internal static class Why
{
    public static Command Build()
    {
        var key = new Argument<string>("key") { Description = "The idempotency key of one of your commands; each answer names it", HelpName = "key" };
        var job = JobArgument.NewOption("--job", "The job it was about (default: what the service remembers of the key)");
        var operation = new Option<string?>("--op") { Description = "What was asked for (default: accept, with --job)", HelpName = "OPERATION" };
        operation.AcceptOnlyFromAmong([.. Operation.All]);
        key.CompletionSources.Add(Retry.SuggestKeys);
        var verb = new Command("why", "Explain a command's outcome: which rule applied, and by how much it lost") { key, job, operation };
        verb.SetAction((parsed, cancellationToken) =>
        {
            var session = Session.Of(parsed);
            var name = parsed.GetRequiredValue(key);
            if (!IdempotencyKey.IsValid(name))
                throw new UsageException($"'{name}' is not a valid key.");
            var id = parsed.GetValue(job);
            return Reading.PrintAsync(
                session,
                () => session.Client().ExplainAsync(name, parsed.GetValue(operation) ?? (id is null ? null : Operation.Accept), id, cancellationToken),
                read => read.Answer,
                ExplanationLines.Of);
        });
        return verb;
    }
}
