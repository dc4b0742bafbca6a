using System.Globalization;

namespace JobRequests.Cli.Verbs;

/// <summary>Has the service rebuild its views, and waits for the end.</summary>
internal static class ViewsRebuild
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);

    private static readonly Option<bool> Detached = new("--detached") { Description = "Start without waiting for completion" };

    public static Command Build()
    {
        var verb = new Command("rebuild", "Rebuild the views from the job documents, while the service runs (administrators)") { Detached };
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            var session = Session.Of(parsed);
            var client = session.Client();
            try
            {
                var rebuild = await client.StartViewRebuildAsync(cancellationToken);
                while (rebuild.IsRunning && !parsed.GetValue(Detached))
                {
                    await Task.Delay(Poll, cancellationToken);
                    rebuild = await client.GetViewRebuildAsync(cancellationToken);
                }

                return Print(rebuild, session.Json);
            }
            catch (JobRequestsException refused) when (session.Json)
            {
                Terminal.Raw(refused.Answer.Body);
                return ExitCode.OfRefusal(refused.Answer.Status);
            }
        });
        return verb;
    }

    private static int Print(ViewRebuild rebuild, bool json)
    {
        if (json) Terminal.Raw(rebuild.Answer?.Body ?? "");
        else if (rebuild.State == ViewRebuild.Done) Terminal.Good(Text(rebuild));
        else if (rebuild.IsRunning) Terminal.Open(Text(rebuild));
        else Terminal.Bad(Text(rebuild));
        return rebuild.IsRunning || rebuild.State == ViewRebuild.Done ? ExitCode.Success : ExitCode.Failed;
    }

    private static string Text(ViewRebuild rebuild) => rebuild.State switch
    {
        ViewRebuild.Done when rebuild.Repaired == 0 => $"The views of {Number(rebuild.Jobs)} jobs were rebuilt; each was what its document says.",
        ViewRebuild.Done =>
            $"The views of {Number(rebuild.Jobs)} jobs were rebuilt; {Number(rebuild.Repaired)} were not what their documents say, among them "
                + $"{string.Join(", ", rebuild.Different)}.",
        ViewRebuild.Running => $"{Number(rebuild.Jobs)} views are made so far; `jobctl views rebuild` says how it goes on.",
        ViewRebuild.Failed => $"The views are as they were: {rebuild.Error}",
        _ => "The silo that rebuilt the views has ended; they are as they were. Begin again.",
    };

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
