using System.Globalization;

namespace JobRequests.Cli.Output;

/// <summary>Instants as people write and read them.</summary>
internal static class Times
{
    public static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>How far a moment is away: <c>2 min ago</c>, <c>in 36 s</c>.</summary>
    public static string Away(DateTimeOffset at, DateTimeOffset now)
    {
        var span = (at - now).Duration();
        var amount = span switch
        {
            { TotalSeconds: < 60 } => $"{Math.Floor(span.TotalSeconds)} s",
            { TotalMinutes: < 60 } => $"{Math.Round(span.TotalMinutes)} min",
            { TotalHours: < 48 } => $"{Math.Round(span.TotalHours)} h",
            _ => $"{Math.Round(span.TotalDays)} d",
        };
        return at > now ? $"in {amount}" : $"{amount} ago";
    }

    private static readonly string[] Iso =
    [
        .. from date in new[] { "yyyy-MM-dd'T'", "yyyy-MM-dd' '" }
           from time in new[] { "HH:mm", "HH:mm:ss", "HH:mm:ss.FFFFFFF" }
           select date + time + "K",
    ];

    /// <summary>An instant, or a span from now: <c>90s</c>, <c>30m</c>, <c>2h</c>, <c>3d</c>.</summary>
    /// <exception cref="UsageException">Neither.</exception>
    public static DateTimeOffset Parse(string text, DateTimeOffset now)
    {
        if (SecondsOf(text) is { } seconds)
        {
            return seconds < (DateTimeOffset.MaxValue - now).TotalSeconds
                ? now.AddSeconds(seconds)
                : throw new UsageException($"'{text}' from now is too far away.");
        }

        return Instant(text) ?? throw new UsageException($"'{text}' is not a valid time (expected 2h, 30m or 2026-11-23T18:00:00Z).");
    }

    /// <summary>An instant: the same whenever it is read.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static DateTimeOffset ParseInstant(string text) =>
        Instant(text) ?? throw new UsageException($"'{text}' is not a valid time (expected 2026-11-23T18:00:00Z).");

    // One reading only: 12/11/2030 is two days, depending on where one lives.
    private static DateTimeOffset? Instant(string text) =>
        DateTimeOffset.TryParseExact(text, Iso, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var at) ? at : null;

    /// <summary>A span such as <c>90s</c> or <c>2h</c>, in whole seconds.</summary>
    /// <exception cref="UsageException">None.</exception>
    public static int Seconds(string text) => SecondsOf(text) is { } seconds and <= int.MaxValue
        ? (int)seconds
        : throw new UsageException($"'{text}' is not a span of time (expected 90s, 30m or 2h).");

    private static double? SecondsOf(string text)
    {
        if (text.Length < 2 || !double.TryParse(text[..^1].TrimStart('+'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount))
            return null;
        return text[^1] switch
        {
            's' => amount,
            'm' => amount * 60,
            'h' => amount * 3600,
            'd' => amount * 86_400,
            _ => null,
        };
    }
}
