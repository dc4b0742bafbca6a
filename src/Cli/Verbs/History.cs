namespace JobRequests.Cli.Verbs;

internal static class History
{
    public static Command Build()
    {
        var job = JobArgument.New();
        var verb = new Command("history", "The events of a job") { job };
        verb.SetAction((parsed, cancellationToken) =>
        {
            var session = Session.Of(parsed);
            return Reading.PrintAsync(
                session,
                () => session.Client().GetHistoryAsync(parsed.GetRequiredValue(job), cancellationToken),
                read => read.Answer,
                read => JobText.Lines(read, session.Identity.Name));
        });
        return verb;
    }
}
