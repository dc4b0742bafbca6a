using System.Globalization;
using System.Text;

namespace JobRequests.Cli.Output;

/// <summary>Plain lines, coloured only for a person at a terminal who has not set NO_COLOR.</summary>
internal static class Terminal
{
    private static readonly bool Coloured =
        !Console.IsOutputRedirected
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");

    public static void Line(string text) => Console.Out.WriteLine(Printable(text));

    public static void Good(string text) => Paint("32", text);

    public static void Bad(string text) => Paint("31", text);

    public static void Open(string text) => Paint("33", text);

    public static void Error(string text) => Console.Error.WriteLine(Printable(text));

    /// <summary>A line of JSON, with the members that were asked for.</summary>
    public static void JsonLine(string json) => Line(JsonFields.Of(json));

    /// <summary>The bytes of an answer's body as they came; a line break follows only on a terminal.</summary>
    public static void Raw(string body) => Raw(Encoding.UTF8.GetBytes(JsonFields.Of(body)));

    /// <inheritdoc cref="Raw(string)"/>
    public static void Raw(ReadOnlySpan<byte> body)
    {
        if (StandardOutput.Current is { } redirected)
        {
            redirected.Write(body);
            return;
        }

        Console.Out.Flush();
        using (var output = Console.OpenStandardOutput())
            output.Write(body);
        Console.Out.WriteLine();
    }

    /// <summary>
    /// Other people's text must neither steer this terminal nor look like another text: what controls, reverses or is invisible is shown by its number.
    /// </summary>
    public static string Printable(string? text)
    {
        if (string.IsNullOrEmpty(text) || !text.EnumerateRunes().Any(Misleads))
            return text ?? "";
        var shown = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            shown.Append(!Misleads(rune) ? rune.ToString() : rune.IsBmp ? $"\\u{rune.Value:X4}" : $"\\U{rune.Value:X8}");
        }

        return shown.ToString();
    }

    /// <summary>Other people's text in a line of ours: it must not begin another line either.</summary>
    public static string OneLine(string? text) => Printable(text).Replace("\n", "\\n", StringComparison.Ordinal);

    private static bool Misleads(Rune rune) => rune.Value != '\n' && Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    private static void Paint(string colour, string text) =>
        Console.Out.WriteLine(Coloured ? $"\e[{colour}m{Printable(text)}\e[0m" : Printable(text));
}
