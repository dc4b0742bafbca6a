using Spectre.Console;

namespace JobRequests.Cli.Output;

/// <summary>A table on a terminal that grows with what happens; the oldest rows leave it.</summary>
internal static class WatchTable
{
    private const int MostRows = 30;
    private const int RowsAround = 6;

    /// <summary>In fewer columns a table breaks ids and times into pieces: lines are easier to read.</summary>
    private const int LeastColumns = 128;

    public static bool IsPossible => !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Interactive && AnsiConsole.Profile.Width >= LeastColumns;

    public static async Task ShowAsync(IAsyncEnumerable<WatchItem> events, long left)
    {
        var table = new Table().Border(TableBorder.Rounded).Caption("waiting for events; Ctrl+C ends");
        foreach (var title in (string[])["at", "job", "version", "event", "by", "says"])
            table.AddColumn(title);
        await AnsiConsole.Live(table).StartAsync(async live =>
        {
            live.Refresh();
            await foreach (var item in events)
            {
                if (item is WatchItem.Happened happened)
                    Add(table, happened);
                else
                    table.Caption(WatchText.Reload);
                live.Refresh();
                if (item is WatchItem.Happened && --left == 0)
                    return;
            }
        });
    }

    private static void Add(Table table, WatchItem.Happened happened)
    {
        // What others wrote must neither steer the terminal nor be read as mark-up.
        table.AddRow([.. WatchText.Cells(happened).Select(cell => Markup.Escape(Terminal.Printable(cell.Trim())))]);
        while (table.Rows.Count > Math.Clamp(AnsiConsole.Profile.Height - RowsAround, 1, MostRows))
            table.Rows.RemoveAt(0);
    }
}
