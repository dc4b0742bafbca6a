using Spectre.Console;

namespace JobRequests.Bench;

internal static class ResultTable
{
    public static void Print(IReadOnlyList<Measurement> results)
    {
        string[] processes = [.. results.SelectMany(static result => result.Cpu.Keys).Distinct().Order(StringComparer.Ordinal)];
        var table = Create(
            ["system", "phase", "calls", "callers", "answers/s", "p50 ms", "p95 ms", "p99 ms", .. processes.Select(static name => $"{name} µs"),
                "CPU µs", "unexpected"]);
        table.Columns[1].LeftAligned();
        foreach (var (system, r, cpu) in results)
            table.AddRow([
                system, r.Name, $"{r.Count:N0}", $"{r.Width:N0}", $"{r.PerSecond:N0}", $"{r.P50:F2}", $"{r.P95:F2}", $"{r.P99:F2}",
                .. processes.Select(name => cpu.TryGetValue(name, out var time) ? $"{time:N0}" : ""), $"{cpu.Values.Sum():N0}", $"{r.Unexpected}"]);
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
