using Spectre.Console;

namespace JobRequests.Bench;

internal static class ResultTable
{
    public static void Print(IReadOnlyList<PhaseResult> results)
    {
        var table = Create("phase", "calls", "callers", "answers/s", "p50 ms", "p95 ms", "p99 ms", "CPU µs", "unexpected");
        foreach (var r in results)
            table.AddRow(r.Name, $"{r.Count:N0}", $"{r.Width:N0}", $"{r.PerSecond:N0}", $"{r.P50:F2}", $"{r.P95:F2}", $"{r.P99:F2}",
                r.ServerCpu is { } cpu ? $"{cpu:N0}" : "", $"{r.Unexpected}");
        AnsiConsole.Write(table);
    }

    /// <summary>A table with the first column to the left and figures to the right of it.</summary>
    public static Table Create(params string[] columns)
    {
        // A file or a pipe gets the whole table, not one folded to a terminal's width.
        if (Console.IsOutputRedirected) AnsiConsole.Profile.Width = 200;
        var table = new Table().AddColumns(columns);
        foreach (var column in table.Columns.Skip(1)) column.RightAligned();
        return table;
    }
}
