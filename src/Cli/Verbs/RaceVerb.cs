using System.Diagnostics;
using System.Text.Json;
using JobRequests.Cli.Race;

namespace JobRequests.Cli.Verbs;

/// <summary>Many candidates at once over fresh jobs; needs a service with development identities.</summary>
internal static class RaceVerb
{
    public static Command Build()
    {
        var candidates = Number("--candidates", "How many people want each job", 20, 1, 1000);
        var jobs = Number("--jobs", "How many jobs", 10, 1, 100_000);
        var repeats = Number("--repeats", "How often each sends the same request again", 1, 0, 100);
        var parallel = Number("--parallel", "How many jobs are raced for at once", 4, 1, 256);
        var seed = Number("--seed", "The order of the sends and repeats", 1, int.MinValue, int.MaxValue);
        var history = new Option<string?>("--history") { Description = "Write every call as a JSON line", HelpName = "FILE" };
        var verb = new Command("race", "Let many candidates accept at once and check that exactly one wins each job")
        {
            candidates, jobs, repeats, parallel, seed, history,
        };
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            var session = Session.Of(parsed);
            if (parsed.GetValue(history) is { } taken && Path.Exists(taken))
                throw new UsageException($"{taken} exists already; a history overwrites nothing.");
            var track = new RaceTrack(session, new RacePlan(
                parsed.GetValue(candidates), parsed.GetValue(jobs), parsed.GetValue(repeats), parsed.GetValue(parallel), parsed.GetValue(seed)));

            var clock = Stopwatch.StartNew();
            var raced = await track.RunAsync(cancellationToken);
            clock.Stop();

            if (parsed.GetValue(history) is { } file)
                await WriteAsync(track.Calls, file, cancellationToken);
            if (raced.All(job => job.Job is null))
            {
                Terminal.Error(Answers.Text(raced[0].Created, Operation.Create));
                return Answers.Code(raced[0].Created);
            }

            return RaceReport.Print(raced, track.Calls, clock.Elapsed);
        });
        return verb;
    }

    private static async Task WriteAsync(IEnumerable<RecordedCall> calls, string path, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write });
        foreach (var call in calls.OrderBy(call => call.Start))
            await writer.WriteLineAsync(JsonSerializer.Serialize(call, CliJson.Default.RecordedCall).AsMemory(), cancellationToken);
    }

    private static Option<int> Number(string name, string description, int usual, int least, int most)
    {
        var option = new Option<int>(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, out var number) && (number < least || number > most))
                result.AddError($"{name} is {least} to {most}, not {number}.");
        });
        return option;
    }
}
