using JobRequests.Cli.Verbs;
using Spectre.Console;

namespace JobRequests.Cli.Menu;

/// <summary>The fields of the menu, each with what was used last or makes sense first.</summary>
internal sealed class Form(IAnsiConsole console, Session session)
{
    private const int MostJobs = 15;
    private const string AnotherJob = "another one";

    private Memory _memory = Memory.Load();

    public IAnsiConsole Console { get; } = console;

    public Session Session { get; private set; } = session;

    public string Choice { get; set; } = "";

    public JobRequestsClient Client() => Session.Client();

    public void Header() => Console.MarkupLineInterpolated($"[bold]jobctl[/] at {Session.Url}, as {Terminal.Printable(Session.Identity.Name)}");

    /// <summary>A real login stays as it is; a development identity is asked for each time, to play several people.</summary>
    public async Task ActAsAsync(CancellationToken cancellationToken)
    {
        if (Session.Identity.Label?.StartsWith("sub:", StringComparison.Ordinal) == true)
            return;
        var usual = Session.Identity.Token is null ? _memory.Name ?? "zoe" : Session.Identity.Name;
        var name = await AskAsync("Act as:", usual, text => IsName(text) ? null : "1 to 64 of A-Z, a-z, 0-9, '_', '.', '@' and '-'", cancellationToken);
        Session = Session with { Identity = Identity.Development(name) };
        Remember(memory => memory with { Name = name });
    }

    /// <summary>One of the newest jobs that this person may see, or one whose id is typed.</summary>
    public async Task<string> JobAsync(CancellationToken cancellationToken)
    {
        var jobs = await JobsAsync(cancellationToken);
        if (jobs.Count > 0)
        {
            var lines = jobs.ToDictionary(static job => job.JobRequestId, Line);
            var picked = await Console.PromptAsync(
                new SelectionPrompt<string>().Title("Which job?").PageSize(MostJobs + 1).WrapAround()
                    .UseConverter(choice => lines.GetValueOrDefault(choice, choice)).AddChoices([.. lines.Keys, AnotherJob]),
                cancellationToken);
            if (picked != AnotherJob) return picked;
        }

        return JobArgument.Whole(await AskAsync("Job id?", _memory.RecentJobs is [var latest, ..] ? latest : null, NotEmpty, cancellationToken));

        static string Line(Job job) =>
            Markup.Escape(string.Join("  ", JobText.Row(job, DateTimeOffset.UtcNow).Where(static cell => cell.Length > 0).Select(Terminal.OneLine)));
    }

    private async Task<IReadOnlyList<Job>> JobsAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await Client().GetJobPageAsync(limit: MostJobs, cancellationToken: cancellationToken)).Items;
        }
        catch (Exception e) when (e is not OperationCanceledException && Failures.Explain(e) is not null)
        {
            // Without a list an id can be typed all the same; what is done with it says what is wrong.
            return [];
        }
    }

    public Task<string> TaskAsync(CancellationToken cancellationToken) => AskAsync("Task id?", "t1", NotEmpty, cancellationToken);

    public Task<string> CandidateAsync(CancellationToken cancellationToken) => AskAsync("Who gets it?", null, NotEmpty, cancellationToken);

    public Task<string?> ReasonAsync(CancellationToken cancellationToken) => OptionalAsync("Reason (optional):", cancellationToken);

    public async Task<JobCommand> CreateAsync(CancellationToken cancellationToken)
    {
        var candidates = await AskAsync("Candidates?", _memory.Candidates ?? "ann,bob", NotEmpty, cancellationToken);
        Remember(memory => memory with { Candidates = candidates });
        var tasks = await OptionalAsync("Tasks, separated by commas (optional):", cancellationToken);
        return JobCommand.Create(new NewJob
        {
            Title = await OptionalAsync("Title (optional):", cancellationToken),
            Candidates = Create.Names([candidates]),
            Tasks = Create.Tasks((tasks ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)),
        });
    }

    public void Print(CommandResult result, string operation, string? task)
    {
        var colour = Answers.Code(result) switch { ExitCode.Success => "green", ExitCode.Undecided => "yellow", _ => "red" };
        Console.MarkupLine($"[{colour}]{Markup.Escape(Terminal.Printable(Answers.Text(result, operation, task)))}[/]");
        if (result is CommandResult.Succeeded { JobRequestId.Length: > 0 } won)
            Remember(memory => memory.WithJob(won.JobRequestId));
    }

    public void Print(IEnumerable<string> lines)
    {
        foreach (var line in lines)
            Console.WriteLine(Terminal.Printable(line));
    }

    private async Task<string> AskAsync(string question, string? usual, Func<string, string?> reason, CancellationToken cancellationToken)
    {
        var prompt = new TextPrompt<string>(question).Validate(text => reason(text) is { } wrong
            ? ValidationResult.Error($"[red]{Markup.Escape(wrong)}[/]")
            : ValidationResult.Success());
        if (usual is not null)
            prompt.DefaultValue(usual);
        return (await Console.PromptAsync(prompt, cancellationToken)).Trim();
    }

    private async Task<string?> OptionalAsync(string question, CancellationToken cancellationToken)
    {
        var text = (await Console.PromptAsync(new TextPrompt<string>(question).AllowEmpty(), cancellationToken)).Trim();
        return text.Length == 0 ? null : text;
    }

    private void Remember(Func<Memory, Memory> change)
    {
        _memory = change(_memory);
        Memory.Remember(change);
    }

    private static string? NotEmpty(string text) => string.IsNullOrWhiteSpace(text) ? "Required" : null;

    private static bool IsName(string text) => text.Length is > 0 and <= 64 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '@' or '-');
}
