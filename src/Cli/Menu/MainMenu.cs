using Spectre.Console;

namespace JobRequests.Cli.Menu;

/// <summary>jobctl without a verb: pick a command, fill it in, send it, send it again.</summary>
internal static class MainMenu
{
    private const string Again = "Send again with the same key";
    private const string Back = "Back to the menu";
    private const string Quit = "Quit";
    private const string Leave = "quit";
    private const string ShowJob = "show a job";
    private const string ShowHistory = "show a job's history";
    private const string Unanswered = "ask again for an unanswered request";

    public static async Task<int> RunAsync(Session session, CancellationToken cancellationToken)
    {
        if (Console.IsInputRedirected || Console.IsOutputRedirected)
            throw new UsageException("The menu needs a terminal. Run `jobctl --help` for commands.");

        var form = new Form(AnsiConsole.Console, session);
        while (true)
        {
            try
            {
                form.Header();
                if (await PickAsync(form, cancellationToken) == Leave || await ActAsync(form, cancellationToken) == Quit)
                    return ExitCode.Success;
            }
            catch (Exception e) when (e is not OperationCanceledException && Failures.Explain(e) is { } failure)
            {
                form.Console.MarkupLineInterpolated($"[red]{Terminal.Printable(failure.Message)}[/]");
            }
        }
    }

    private static async Task<string> PickAsync(Form form, CancellationToken cancellationToken)
    {
        var unanswered = (await Session.Unanswered.ListAsync(cancellationToken)).Count;
        var prompt = new SelectionPrompt<string>()
            .Title("What do you want to do?")
            .PageSize(20)
            .WrapAround()
            .UseConverter(choice => choice == Unanswered ? $"{choice} ({unanswered})" : choice)
            .AddChoices([.. Operation.All, ShowJob, ShowHistory]);
        if (unanswered > 0)
            prompt.AddChoice(Unanswered);
        prompt.AddChoice(Leave);
        return form.Choice = await form.Console.PromptAsync(prompt, cancellationToken);
    }

    private static async Task<string> ActAsync(Form form, CancellationToken cancellationToken)
    {
        switch (form.Choice)
        {
            case ShowJob:
                await form.ActAsAsync(cancellationToken);
                var job = await form.Client().GetJobAsync(await form.JobAsync(cancellationToken), cancellationToken: cancellationToken);
                form.Print(JobText.Lines(job));
                return Back;
            case ShowHistory:
                await form.ActAsAsync(cancellationToken);
                var history = await form.Client().GetHistoryAsync(await form.JobAsync(cancellationToken), cancellationToken);
                form.Print(JobText.Lines(history, form.Session.Identity.Name));
                return Back;
            case Unanswered:
                return await RetryAsync(form, cancellationToken);
            default:
                return await SendAsync(form, cancellationToken);
        }
    }

    private static async Task<string> SendAsync(Form form, CancellationToken cancellationToken)
    {
        await form.ActAsAsync(cancellationToken);
        var command = await JobVerb.Find(form.Choice)!.AskAsync(form, cancellationToken);
        var key = form.Session.Key ?? IdempotencyKey.New();
        while (true)
        {
            var result = await Waiting.ShowAsync(form.Console, form.Session.Wait, progress => form.Client().SendAsync(
                command, new CommandOptions { Key = key, Progress = progress }, cancellationToken));
            form.Print(result, command.Operation, command.TaskId);

            var next = await form.Console.PromptAsync(new SelectionPrompt<string>().Title("And now?").AddChoices(Again, Back, Quit), cancellationToken);
            if (next != Again)
                return next;
        }
    }

    private static async Task<string> RetryAsync(Form form, CancellationToken cancellationToken)
    {
        var request = await form.Console.PromptAsync(
            new SelectionPrompt<PendingRequest>()
                .Title("Which one?")
                .UseConverter(pending => Markup.Escape($"{pending.Operation} {pending.Job} {pending.Key} ({pending.Caller}, {Times.Text(pending.Created)})"))
                .AddChoices(await Session.Unanswered.ListAsync(cancellationToken)),
            cancellationToken);
        var sender = Verbs.Retry.SessionOf(form.Session, request);
        var result = await Waiting.ShowAsync(form.Console, form.Session.Wait, progress =>
            sender.Client().ResumeAsync(request, progress: progress, cancellationToken: cancellationToken));
        form.Print(result, request.Operation, request.TaskId);
        return Back;
    }
}
