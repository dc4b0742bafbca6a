using Spectre.Console;

namespace JobRequests.Cli.Verbs;

internal static class List
{
    private const int MostJobsAPage = 200;

    private static readonly Option<string?> Status = new("--status")
    { Description = "Only jobs of this status: Open, Accepted, Started, …", HelpName = "STATUS" };
    private static readonly Option<bool> Mine = new("--mine") { Description = "Only jobs that you requested" };
    private static readonly Option<bool> Offered = new("--offered") { Description = "Only jobs that are offered to you" };
    private static readonly Option<string?> Requester = new("--requester") { Description = "Only jobs of this requester (administrators)", HelpName = "NAME" };
    private static readonly Option<string?> Candidate = new("--candidate")
    { Description = "Only jobs offered to this person (administrators)", HelpName = "NAME" };
    private static readonly Option<string?> Standing = new("--standing")
    { Description = "Only jobs where this is the candidate's part (yours, without --candidate): ToAnswer, Standby or Winner", HelpName = "PART" };
    private static readonly Option<string?> StartsFrom = new("--starts-from")
    { Description = "Only jobs that start then or later (2h, 30m or an ISO time)", HelpName = "TIME" };
    private static readonly Option<string?> StartsTo = new("--starts-to") { Description = "Only jobs that start before that", HelpName = "TIME" };
    private static readonly Option<string?> Search = new("--search") { Description = "Only jobs whose title contains this", HelpName = "TEXT" };
    private static readonly Option<string?> Previous = JobArgument.NewOption("--previous", "Only jobs that repeat this one");
    private static readonly Option<string[]> Metadata = ContentOptions.MetadataOption("Only jobs that have this metadata; may be repeated");
    private static readonly Option<int> Limit = new("--limit") { Description = "How many", HelpName = "N", DefaultValueFactory = _ => 50 };
    private static readonly Option<bool> All = new("--all") { Description = "All of them, page after page; with --json a line for each page" };

    static List()
    {
        Limit.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, out var limit) && limit is < 1 or > MostJobsAPage)
                result.AddError($"--limit is 1 to {MostJobsAPage}, not {limit}; --all gives all of them.");
        });
        Status.CompletionSources.Add("Open", "Accepted", "Started", "Finished", "Declined", "Expired", "Cancelled");
        Standing.CompletionSources.Add("ToAnswer", "Standby", "Winner");
    }

    public static Command Build()
    {
        var verb = new Command("list", "List the jobs that you requested or are a candidate of, newest first")
            { Status, Mine, Offered, Requester, Candidate, Standing, StartsFrom, StartsTo, Search, Previous, Metadata, Limit, All };
        verb.SetAction(RunAsync);
        return verb;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var session = Session.Of(parsed);
        var filter = FilterOf(parsed);
        var client = session.Client();
        try
        {
            await PrintAsync(session, client, filter, parsed.GetValue(All) ? null : parsed.GetValue(Limit), cancellationToken);
            return ExitCode.Success;
        }
        catch (JobRequestsException refused) when (session.Json)
        {
            Terminal.Raw(refused.Answer.Body);
            return ExitCode.OfRefusal(refused.Answer.Status);
        }
    }

    // A page may hold few jobs though there are more: the wanted number is reached over several. Null wants all of them.
    private static async Task PrintAsync(Session session, JobRequestsClient client, JobFilter filter, int? limit, CancellationToken cancellationToken)
    {
        var jobs = new List<Job>();
        string? cursor = null;
        do
        {
            var page = await client.GetJobPageAsync(filter, cursor, limit - jobs.Count ?? MostJobsAPage, cancellationToken);
            cursor = page.Next;
            if (!session.Json)
            {
                jobs.AddRange(page.Items);
            }
            else if (limit is null)
            {
                Terminal.JsonLine(page.Answer?.Body ?? "");
            }
            else
            {
                Terminal.Raw(page.Answer?.Body ?? "");
                return;
            }
        }
        while (cursor is not null && (limit is null || jobs.Count < limit));
        if (session.Json) return;
        Print(jobs, jobs.Count == 0 ? "No jobs."
            : limit is null ? $"{jobs.Count} jobs."
            : cursor is not null ? "More results available: use --limit N or --all."
            : null);
    }

    // What is no job goes to standard error: a program reads the rest.
    private static void Print(IReadOnlyList<Job> jobs, string? remark)
    {
        if (Console.IsOutputRedirected)
            foreach (var job in jobs) Console.Out.WriteLine(JobText.Line(job));
        else if (jobs.Count > 0) PrintTable(jobs);
        if (remark is not null) Terminal.Error(remark);
        Memory.Remember(memory => memory.WithList(jobs.Select(static job => job.JobRequestId)));
    }

    private static void PrintTable(IReadOnlyList<Job> jobs)
    {
        var table = new Table().Border(TableBorder.None).AddColumns([.. JobText.Columns.Select(static name => new TableColumn($"[bold]{name}[/]"))]);
        // What others wrote must neither steer the terminal nor be read as mark-up.
        foreach (var job in jobs) table.AddRow([.. JobText.Row(job, DateTimeOffset.UtcNow).Select(static cell => Markup.Escape(Terminal.OneLine(cell)))]);
        AnsiConsole.Write(table);
    }

    private static JobFilter FilterOf(ParseResult parsed)
    {
        if (parsed.GetValue(Mine) && parsed.GetValue(Requester) is not null)
            throw new UsageException("--mine and --requester both say who requested: give one of them.");
        if (parsed.GetValue(Offered) && parsed.GetValue(Candidate) is not null)
            throw new UsageException("--offered and --candidate both say who is a candidate: give one of them.");
        return new JobFilter
        {
            Status = parsed.GetValue(Status),
            Requester = parsed.GetValue(Mine) ? JobFilter.Me : parsed.GetValue(Requester),
            Candidate = parsed.GetValue(Offered) ? JobFilter.Me : parsed.GetValue(Candidate),
            Standing = parsed.GetValue(Standing),
            StartsFrom = ContentOptions.TimeOf(parsed, StartsFrom),
            StartsTo = ContentOptions.TimeOf(parsed, StartsTo),
            Text = parsed.GetValue(Search),
            Previous = parsed.GetValue(Previous),
            Metadata = ContentOptions.Pairs(parsed.GetValue(Metadata)),
        };
    }
}
