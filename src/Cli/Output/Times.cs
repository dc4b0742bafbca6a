using System.Globalization;

namespace JobRequests.Cli.Output;

/// <summary>Instants as people write and read them.</summary>
internal static class Times
{
    public static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>An instant, or a span from now: <c>90s</c>, <c>30m</c>, <c>2h</c>, <c>3d</c>.</summary>
    /// <exception cref="UsageException">Neither.</exception>
    public static DateTimeOffset Parse(string text, DateTimeOffset now)
    {
        if (text.Length > 1 && double.TryParse(text[..^1].TrimStart('+'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount))
        {
            switch (text[^1])
            {
                case 's':
                    return now.AddSeconds(amount);
                case 'm':
                    return now.AddMinutes(amount);
                case 'h':
                    return now.AddHours(amount);
                case 'd':
                    return now.AddDays(amount);
            }
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var at)
            ? at
            : throw new UsageException($"'{text}' is no time; 2h, 30m or 2026-11-23T18:00:00Z was expected.");
    }
}
