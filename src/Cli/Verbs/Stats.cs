using System.Globalization;

namespace JobRequests.Cli.Verbs;

/// <summary>Offers, wins and answers by hour and by candidate.</summary>
internal static class Stats
{
    private const int MostHours = 31 * 24;

    private static readonly Option<int> Hours = new("--hours") { Description = "How far back from now", HelpName = "N", DefaultValueFactory = _ => 24 };
    private static readonly Option<string?> Candidate = new("--candidate")
    { Description = "Only what was offered to this person (administrators)", HelpName = "NAME" };

    static Stats() => Hours.Validators.Add(result =>
    {
        if (result.Tokens is [var token] && int.TryParse(token.Value, out var hours) && hours is < 1 or > MostHours)
            result.AddError($"--hours is 1 to {MostHours}, not {hours}.");
    });

    public static Command Build()
    {
        var verb = new Command("stats", "Offers, wins, answers and the median time to answer, by hour and by candidate") { Hours, Candidate };
        verb.SetAction((parsed, cancellationToken) =>
        {
            var session = Session.Of(parsed);
            var from = DateTimeOffset.UtcNow.AddHours(-parsed.GetValue(Hours));
            return Reading.PrintAsync(session, () => session.Client()
                .GetStatisticsAsync(from, null, parsed.GetValue(Candidate), cancellationToken), read => read.Answer, Lines);
        });
        return verb;
    }

    private static IEnumerable<string> Lines(JobStatistics statistics)
    {
        yield return $"{statistics.Jobs} jobs from {Minute(statistics.From)} to "
            + $"{Minute(statistics.To)}{(statistics.Complete ? "" : "; there were more, the newest are counted")}";
        foreach (var line in Table("hour", statistics.ByHour, hour => hour.Hour is { } begin ? Minute(begin) : "")) yield return line;
        foreach (var line in Table("candidate", statistics.ByCandidate, person => person.Candidate ?? "")) yield return line;
    }

    private static IEnumerable<string> Table(string heading, IReadOnlyList<OfferFigures> rows, Func<OfferFigures, string> name)
    {
        if (rows.Count == 0) yield break;
        var width = Math.Max(heading.Length, rows.Max(row => name(row).Length));
        yield return "";
        yield return $"{heading.PadRight(width)}  offers    wins  accepted  declined  median to answer";
        foreach (var row in rows)
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{name(row).PadRight(width)}  {row.Offers,6}  {row.Wins,6}  {row.Accepted,8}  {row.Declined,8}  {Median(row.MedianToAnswerMs),16}");
    }

    private static string Minute(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);

    private static string Median(long? ms) => ms switch
    {
        null => "-",
        < 1_000 => string.Create(CultureInfo.InvariantCulture, $"{ms} ms"),
        < 600_000 => string.Create(CultureInfo.InvariantCulture, $"{ms / 1_000.0:F1} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{ms / 60_000} min"),
    };
}
