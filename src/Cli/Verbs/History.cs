namespace JobRequests.Cli.Verbs;

internal static class History
{
    public static Command Build()
    {
        var job = JobArgument.New();
        var verb = new Command("history", "The events of a job") { job };
        verb.SetAction((parsed, cancellation) =>
        {
            var session = Session.Of(parsed);
            return Reading.PrintAsync(
                session,
                () => session.Client().GetHistoryAsync(parsed.GetRequiredValue(job), cancellation),
                read => read.Answer,
                read => JobText.Lines(read, session.Identity.Name));
        });
        return verb;
    }
}
