using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace JobRequests.Gateway.Requests;

/// <summary>What the caller prefers (RFC 7240). A preference that is unknown, or has a value it cannot have, is ignored, as the RFC asks.</summary>
/// <param name="Wait">How long to wait for the outcome.</param>
/// <param name="Asynchronous">The caller named a wait or <c>respond-async</c>: a TIMEOUT is 202 instead of 504.</param>
/// <param name="Strict">A request in progress is refused instead of joined.</param>
/// <param name="Applied">Value of <c>Preference-Applied</c>, or null.</param>
internal readonly record struct Preferences(TimeSpan Wait, bool Asynchronous, bool Strict, string? Applied)
{
    public const string Header = "Prefer";

    public static Preferences Parse(StringValues header, TimeSpan defaultWait, TimeSpan maxWait)
    {
        if (header.Count == 0) return new Preferences(defaultWait, false, false, null);

        int? wait = null;
        var respondAsync = false;
        bool? strict = null;
        foreach (var line in header)
            for (var start = 0; start <= line.AsSpan().Length;)
            {
                var end = start + LengthBefore(line.AsSpan()[start..], ',');
                Split(line.AsSpan()[start..end], out var name, out var value);
                start = end + 1;
                // Where a preference is repeated the first one counts (RFC 7240, 2).
                if (name.Equals("wait", StringComparison.OrdinalIgnoreCase)) wait ??= Seconds(value);
                else if (name.Equals("respond-async", StringComparison.OrdinalIgnoreCase)) respondAsync = true;
                else if (name.Equals("handling", StringComparison.OrdinalIgnoreCase)) strict ??= value.Equals("strict", StringComparison.OrdinalIgnoreCase);
            }

        // With both, the caller wants an answer within the wait and the asynchronous one afterwards (RFC 7240, 4.3).
        var most = (int)maxWait.TotalSeconds;
        TimeSpan? asked = wait is { } named ? TimeSpan.FromSeconds(Math.Min(named, most)) : respondAsync ? TimeSpan.Zero : null;
        return new Preferences(asked ?? defaultWait, asked is not null, strict == true, Describe(wait is null ? null : asked, respondAsync, strict == true));
    }

    private static int? Seconds(ReadOnlySpan<char> value)
    {
        if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) return seconds;
        // Digits that no integer holds are a very long wait, which is cut like any other.
        return value.IsEmpty || value.ContainsAnyExceptInRange('0', '9') ? null : int.MaxValue;
    }

    // A separator within quotes is none.
    private static int LengthBefore(ReadOnlySpan<char> text, char separator)
    {
        var isQuoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"') isQuoted = !isQuoted;
            else if (text[i] == '\\' && isQuoted) i++;
            else if (text[i] == separator && !isQuoted) return i;
        }

        return text.Length;
    }

    private static void Split(ReadOnlySpan<char> preference, out ReadOnlySpan<char> name, out ReadOnlySpan<char> value)
    {
        preference = preference[..LengthBefore(preference, ';')];
        var equals = preference.IndexOf('=');
        name = (equals < 0 ? preference : preference[..equals]).Trim();
        value = equals < 0 ? default : preference[(equals + 1)..].Trim().Trim('"');
    }

    private static string? Describe(TimeSpan? wait, bool respondAsync, bool strict)
    {
        var applied = (respondAsync, strict) switch
        {
            (true, true) => "respond-async, handling=strict",
            (true, false) => "respond-async",
            (false, true) => "handling=strict",
            _ => null,
        };
        if (wait is not { } time) return applied;
        var text = string.Create(CultureInfo.InvariantCulture, $"wait={(int)time.TotalSeconds}");
        return applied is null ? text : $"{text}, {applied}";
    }
}
