using System.Text.Json;

namespace JobRequests.Cli.Output;

/// <summary>Events as they happen, for a person.</summary>
internal static class WatchText
{
    public const string Reload = "(events may have been missed: what you show has to be read again)";

    public static string Line(WatchItem item) => item is WatchItem.Happened happened ? string.Join("  ", Cells(happened)).TrimEnd() : Reload;

    /// <summary>The same in one line of a narrow terminal: the time of day, a short id, and as much of the rest as there is room for.</summary>
    public static string Narrow(WatchItem item, int width)
    {
        if (item is not WatchItem.Happened happened) return Reload;
        var cells = Cells(happened);
        var line = Terminal.OneLine(string.Join(' ', [$"{happened.Event.At?.UtcDateTime:HH:mm:ss}", JobArgument.Short(cells[1]), .. cells[2..]]).TrimEnd());
        return line.Length < width ? line : line[..(width - 2)] + "…";
    }

    /// <summary>Time, job, version, what happened, by whom, and what it says.</summary>
    public static string[] Cells(WatchItem.Happened happened)
    {
        var fact = happened.Event;
        return
        [
            fact.At is { } at ? Times.Text(at) : "",
            happened.JobRequestId,
            fact.Version.ToString(System.Globalization.CultureInfo.InvariantCulture).PadLeft(4),
            fact.Type.PadRight(19),
            (fact.By ?? "-").PadRight(12),
            fact.Data.ValueKind == JsonValueKind.Object && fact.Data.EnumerateObject().Any() ? fact.Data.GetRawText() : "",
        ];
    }
}
