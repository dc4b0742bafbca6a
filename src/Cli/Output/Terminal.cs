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

    /// <summary>The bytes of an answer's body as they came; a line break follows only on a terminal.</summary>
    public static void Raw(string body) => Raw(Encoding.UTF8.GetBytes(body));

    /// <inheritdoc cref="Raw(string)"/>
    public static void Raw(ReadOnlySpan<byte> body)
    {
        Console.Out.Flush();
        using (var output = Console.OpenStandardOutput())
            output.Write(body);
        if (!Console.IsOutputRedirected)
            Console.Out.WriteLine();
    }

    /// <summary>Other people's text must not steer this terminal.</summary>
    public static string Printable(string? text) => text is null || !text.Any(Steers)
        ? text ?? ""
        : string.Create(text.Length, text, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = Steers(source[i]) ? '?' : source[i];
        });

    private static bool Steers(char c) => char.IsControl(c) && c is not '\n';

    private static void Paint(string colour, string text) =>
        Console.Out.WriteLine(Coloured ? $"\e[{colour}m{Printable(text)}\e[0m" : Printable(text));
}
