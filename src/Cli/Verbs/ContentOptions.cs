using System.Globalization;

namespace JobRequests.Cli.Verbs;

/// <summary>What a job says, as options.</summary>
internal sealed class ContentOptions
{
    public Option<string?> Title { get; } = new("--title") { Description = "What it is about", HelpName = "TEXT" };

    public Option<string?> Expires { get; } = new("--expires")
    { Description = "When an open job closes by itself (2h, 30m or an ISO time)", HelpName = "TIME" };

    public Option<string?> Description { get; } = new("--description") { Description = "What it is about, for everybody who is asked", HelpName = "TEXT" };

    public Option<string?> Place { get; } = new("--place") { Description = "Where it is done", HelpName = "TEXT" };

    public Option<string?> Point { get; } = new("--point")
    { Description = "The same for maps: latitude and longitude, such as 53.54,9.98", HelpName = "LAT,LON" };

    public Option<string?> Starts { get; } = new("--starts") { Description = "When it begins (2h, 30m or an ISO time)", HelpName = "TIME" };

    public Option<string?> Ends { get; } = new("--ends") { Description = "When it ends (2h, 30m or an ISO time)", HelpName = "TIME" };

    public Option<string?> Instructions { get; } = new("--instructions") { Description = "For the winner only, such as the code of a door", HelpName = "TEXT" };

    public Option<string[]> Metadata { get; } = MetadataOption("What programs keep with the job; may be repeated");

    public static Option<string[]> MetadataOption(string description) => new("--metadata") { Description = description, HelpName = "KEY=VALUE" };

    public void AddTo(Command verb)
    {
        foreach (var option in (Option[])[Title, Expires, Description, Place, Point, Starts, Ends, Instructions, Metadata]) verb.Options.Add(option);
    }

    public JobContent Fill(ParseResult parsed, JobContent content) => content with
    {
        Title = parsed.GetValue(Title),
        ExpiresAt = TimeOf(parsed, Expires),
        Description = parsed.GetValue(Description),
        Place = PlaceOf(parsed),
        StartsAt = TimeOf(parsed, Starts),
        EndsAt = TimeOf(parsed, Ends),
        Instructions = parsed.GetValue(Instructions),
        Metadata = Pairs(parsed.GetValue(Metadata)),
    };

    private JobPlace? PlaceOf(ParseResult parsed)
    {
        var (text, point) = (parsed.GetValue(Place), parsed.GetValue(Point));
        return point is not null ? PointOf(point) with { Text = text } : text is null ? null : new JobPlace(text);
    }

    /// <exception cref="UsageException">The text is no point.</exception>
    public static JobPlace PointOf(string point)
    {
        return point.Split(',') is [var first, var second] && Degrees(first) is { } latitude && Degrees(second) is { } longitude
            ? new JobPlace(null, latitude, longitude)
            : throw new UsageException($"'{point}' is not a point (expected latitude,longitude such as 53.54,9.98).");

        static double? Degrees(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var degrees) ? degrees : null;
    }

    public static DateTimeOffset? TimeOf(ParseResult parsed, Option<string?> option) =>
        parsed.GetValue(option) is { } time ? Times.Parse(time, DateTimeOffset.UtcNow) : null;

    /// <exception cref="UsageException">A text has no equals sign, or a key comes twice.</exception>
    public static IReadOnlyDictionary<string, string>? Pairs(string[]? texts)
    {
        if (texts is not { Length: > 0 }) return null;
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            if (text.Split('=', 2) is not [{ Length: > 0 } key, var value]) throw new UsageException($"'{text}' is not KEY=VALUE.");
            if (!pairs.TryAdd(key, value)) throw new UsageException($"--metadata {key} is given twice.");
        }

        return pairs;
    }
}
