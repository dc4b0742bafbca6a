using System.Buffers;
using System.Globalization;
using System.Text;
using JobRequests.Domain;

namespace JobRequests.Grains.Abstractions;

/// <summary>
/// The fixed forms of names: ASCII, bounded, harmless in a path, a header, a log line and a document. No letter of another alphabet looks
/// like one of them; upper and lower case are different names.
/// </summary>
public static class WellFormed
{
    public const int MaxName = 64;
    public const int MaxText = 200;
    public const int MaxCandidates = JobRequest.MaxCandidates;
    public const int MaxTasks = 200;

    /// <summary>Of a text that has room for more than a line.</summary>
    public const int MaxLongText = 4_000;

    public const int MaxWaves = 20;
    public const int MinWaveSeconds = 5;
    public const int MinConfirmSeconds = 10;
    public const int MaxSeconds = 86_400;

    public const int MaxMetadata = 20;
    public const int MaxMetadataKey = 40;
    public const int MaxMetadataValue = 500;

    private static readonly SearchValues<char> KeyCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");
    private static readonly SearchValues<char> TaskCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-");
    private static readonly SearchValues<char> PersonCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.@-");

    // Letters and symbols that look like nothing.
    private static readonly int[] Blanks = [0x115F, 0x1160, 0x2800, 0x3164, 0xFFA0, 0x13441, 0x13442, 0x1D159];

    public static bool Key(ReadOnlySpan<char> text) => text.Length is > 0 and <= MaxName && !text.ContainsAnyExcept(KeyCharacters);

    public static bool Person(ReadOnlySpan<char> text) => text.Length is > 0 and <= MaxName && !text.ContainsAnyExcept(PersonCharacters);

    public static bool TaskId(ReadOnlySpan<char> text) => text.Length is > 0 and <= MaxName && !text.ContainsAnyExcept(TaskCharacters);

    public static bool MetadataKey(ReadOnlySpan<char> text) => text.Length is > 0 and <= MaxMetadataKey && !text.ContainsAnyExcept(TaskCharacters);

    /// <summary>What is wrong with a job's details whoever sends them, each with the member that it is about. Texts are not looked at.</summary>
    public static IEnumerable<(string Member, string Problem)> WhatIsWrongWithDetails(JobDetails details)
    {
        if (details.EndsAt <= details.StartsAt) yield return ("endsAt", "must be after startsAt");
        if (details.Place is { } place)
        {
            if (place is { Text: null, Latitude: null, Longitude: null }) yield return ("place", "must have a text, or latitude and longitude");
            if (place.Latitude is null != place.Longitude is null) yield return ("place", "must have both latitude and longitude, or none of them");
            if (place.Latitude is not (null or >= -90 and <= 90)) yield return ("place.latitude", "must be from -90 to 90");
            if (place.Longitude is not (null or >= -180 and <= 180)) yield return ("place.longitude", "must be from -180 to 180");
        }

        if (details.Previous is { } previous && !JobRequestId.IsWellFormed(previous)) yield return ("previous", "must be the id of a job");
        if (details.Metadata is not { } metadata) yield break;
        if (metadata.Count > MaxMetadata) yield return ("metadata", $"must have at most {MaxMetadata} entries");
        foreach (var (key, value) in metadata)
        {
            if (!MetadataKey(key)) yield return ("metadata", $"has a key that is not 1 to {MaxMetadataKey} letters, digits and _ . -");
            else if (value.Length > MaxMetadataValue) yield return ($"metadata.{key}", $"must have at most {MaxMetadataValue} characters");
            else if (value.Any(char.IsControl)) yield return ($"metadata.{key}", "must not contain control characters");
        }
    }

    /// <summary>
    /// What is wrong with a text that a caller sends for people to read, or null. What is shown is what is there: no control characters, nothing that
    /// is invisible or turns the direction of what follows, and at least one character that can be seen. Asked where a request is taken in, never of
    /// a command in the log: a later version may ask for more.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="most">How many characters it may have. More than <see cref="MaxText"/> are read in lines.</param>
    public static string? WhatIsWrongWithText(string text, int most = MaxText)
    {
        if (text.Length > most) return $"must have at most {most} characters";
        var hasVisible = false;
        for (var i = 0; i < text.Length;)
        {
            if (Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var length) != OperationStatus.Done) return "must be valid Unicode";
            switch (Rune.GetUnicodeCategory(rune))
            {
                case UnicodeCategory.Control when most > MaxText && text[i] is '\n' or '\r':
                    break;
                case UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator:
                    return "must not contain control characters";
                case UnicodeCategory.Format when !IsJoinerBetween(text, i):
                    return "must not contain invisible characters, or characters that turn the direction of the text";
                case UnicodeCategory.OtherLetter or UnicodeCategory.OtherSymbol when Blanks.Contains(rune.Value):
                    return "must not contain invisible characters";
                case UnicodeCategory.Format or UnicodeCategory.SpaceSeparator:
                // They are drawn on a character before them, if at all.
                case UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark:
                // Nobody knows how they look.
                case UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned:
                    break;
                default:
                    hasVisible = true;
                    break;
            }

            i += length;
        }

        return hasVisible ? null : "must have a character that can be seen, or be left out";
    }

    // Emoji and several scripts need joiners, inside of words.
    private static bool IsJoinerBetween(string text, int at) =>
        text[at] is '\u200C' or '\u200D' && at > 0 && at + 1 < text.Length && IsOfWord(text[at - 1]) && IsOfWord(text[at + 1]);

    private static bool IsOfWord(char character) => !char.IsWhiteSpace(character) && char.GetUnicodeCategory(character) != UnicodeCategory.Format;
}
