using System.CommandLine.Parsing;
using System.Globalization;
using JobRequests.Cli.Files;

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
        var waves = new Option<string[]>("--wave")
        {
            Description = "Ask so many first, and the next ones after a while: 3/20s; may be repeated, all others come last",
            HelpName = "SIZE/TIME",
        };
        var confirm = new Option<string?>("--confirm") { Description = "How long a winner has to confirm, such as 60s", HelpName = "TIME" };
        var previous = JobArgument.NewOption("--previous", "A closed job of yours to repeat: what is not given here is taken from it, but for times");
        var file = new Option<string?>("--file")
        { Description = "Create the jobs of a file: NDJSON, or CSV with the members in its first row", HelpName = "FILE" };
        var content = new ContentOptions();
        var verb = new Command("create", "Offer a job to candidates") { people, more, tasks, waves, confirm, previous, file };
        content.AddTo(verb);
        SendOptions.AddTo(verb);
        verb.Validators.Add(result =>
        {
            if (result.GetValue(file) is not null)
            {
                if (result.Children.Any(child => child is not OptionResult { Option: var option } || (option != file && !option.Recursive)))
                    result.AddError("--file stands alone: the file says what each job is.");
            }
            else if (result.GetValue(previous) is null && Names([.. result.GetValue(people) ?? [], .. result.GetValue(more) ?? []]).Count == 0)
            {
                result.AddError("Name at least one candidate: jobctl create ann bob");
            }
        });
        verb.SetAction((parsed, cancellationToken) => parsed.GetValue(file) is { } path
            ? FileSender.SendAsync(Session.Of(parsed), path, cancellationToken)
            : CommandSender.SendAsync(Session.Of(parsed), JobCommand.Create((NewJob)JobOf(parsed)), SendOptions.Of(parsed), cancellationToken));
        return verb;

        JobContent JobOf(ParseResult parsed) => content.Fill(parsed, new NewJob
        {
            Candidates = Names([.. parsed.GetValue(people) ?? [], .. parsed.GetValue(more) ?? []]) is { Count: > 0 } names ? names : null,
            Tasks = parsed.GetValue(tasks) is { Length: > 0 } texts ? Tasks(texts) : null,
            Waves = parsed.GetValue(waves) is { Length: > 0 } sizes ? [.. sizes.Select(Wave)] : null,
            ConfirmSeconds = parsed.GetValue(confirm) is { } time ? Times.Seconds(time) : null,
            Previous = parsed.GetValue(previous),
        });
    }

    private static JobWave Wave(string text) => text.Split('/') is [var size, var time] && int.TryParse(size, CultureInfo.InvariantCulture, out var people)
        ? new JobWave(people, Times.Seconds(time))
        : throw new UsageException($"'{text}' is not a wave (expected how many people and how long, such as 3/20s).");

    public static IReadOnlyList<string> Names(IEnumerable<string> texts) =>
        [.. texts.SelectMany(text => text.Split([',', ';', ' ', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];

    public static IReadOnlyList<NewTask> Tasks(IEnumerable<string> texts) => [.. texts.Select((text, index) => text.Split('=', 2) switch
    {
        [{ Length: > 0 } id, { Length: > 0 } name] => new NewTask(id, name),
        _ => new NewTask($"t{index + 1}", text),
    })];
}
