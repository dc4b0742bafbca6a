namespace JobRequests.Cli.Verbs;

internal static class Show
{
    public static Command Build()
    {
        var job = JobArgument.New();
        var strong = new Option<bool>("--strong") { Description = "Read the latest state, bypassing the read view" };
        var minVersion = new Option<long?>("--min-version") { Description = "At least as new as this version", HelpName = "VERSION" };
        var verb = new Command("show", "Show a job") { job, strong, minVersion };
        verb.SetAction((parsed, cancellationToken) =>
        {
            var session = Session.Of(parsed);
            var consistency = parsed.GetValue(strong) ? Consistency.Strong : Consistency.View;
            return Reading.PrintAsync(
                session,
                () => session.Client().GetJobAsync(parsed.GetRequiredValue(job), consistency, parsed.GetValue(minVersion), cancellationToken),
                read => read.Answer,
                JobText.Lines);
        });
        return verb;
    }
}
