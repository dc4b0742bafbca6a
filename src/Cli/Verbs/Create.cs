namespace JobRequests.Cli.Verbs;

internal static class Create
{
    public static Command Build()
    {
        var people = new Argument<string[]>("candidates") { Description = "Who may take it: ann bob, or ann,bob", Arity = ArgumentArity.ZeroOrMore };
        var more = new Option<string[]>("--candidates", "--candidate", "-c")
        {
            Description = "Candidates, as an option",
            HelpName = "NAMES",
        };
        var tasks = new Option<string[]>("--task", "-t")
        {
            Description = "A task, ID=NAME or NAME; may be repeated",
            HelpName = "TASK",
        };
        var title = new Option<string?>("--title") { Description = "What it is about", HelpName = "TEXT" };
        var expires = new Option<string?>("--expires") { Description = "When an open job closes by itself (2h, 30m or an ISO time)", HelpName = "TIME" };
        var details = new DetailOptions();
        var verb = new Command("create", "Offer a job to candidates") { people, more, tasks, title, expires };
        details.AddTo(verb);
        verb.Validators.Add(result =>
        {
            if (Names([.. result.GetValue(people) ?? [], .. result.GetValue(more) ?? []]).Count == 0)
                result.AddError("Name at least one candidate: jobctl create ann bob");
        });

        return JobVerb.Sending(verb, parsed => JobCommand.Create(new NewJob
        {
            Candidates = Names([.. parsed.GetValue(people) ?? [], .. parsed.GetValue(more) ?? []]),
            Tasks = Tasks(parsed.GetValue(tasks) ?? []),
            Title = parsed.GetValue(title),
            ExpiresAt = DetailOptions.TimeOf(parsed, expires),
            Description = parsed.GetValue(details.Description),
            Place = details.PlaceOf(parsed),
            StartsAt = DetailOptions.TimeOf(parsed, details.Starts),
            EndsAt = DetailOptions.TimeOf(parsed, details.Ends),
            Instructions = parsed.GetValue(details.Instructions),
            Metadata = DetailOptions.Pairs(parsed.GetValue(details.Metadata)),
        }));
    }

    public static IReadOnlyList<string> Names(IEnumerable<string> texts) =>
        [.. texts.SelectMany(text => text.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];

    public static IReadOnlyList<NewTask> Tasks(IEnumerable<string> texts) => [.. texts.Select((text, index) => text.Split('=', 2) switch
    {
        [{ Length: > 0 } id, { Length: > 0 } name] => new NewTask(id, name),
        _ => new NewTask($"t{index + 1}", text),
    })];
}
