using System.Buffers;
using System.Globalization;
using System.Text;

namespace JobRequests.Grains.Abstractions;

/// <summary>
/// The fixed forms of names: ASCII, bounded, harmless in a path, a header, a log line and a document. No letter of another alphabet looks
/// like one of them; upper and lower case are different names.
/// </summary>
public static class WellFormed
{
    public const int MaxName = 64;
    public const int MaxText = 200;
    public const int MaxCandidates = 1_000;
    public const int MaxTasks = 200;

    private static readonly SearchValues<char> KeyCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");
    private static readonly SearchValues<char> TaskCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-");
    private static readonly SearchValues<char> PersonCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.@-");

    // Letters and symbols that look like nothing.
    private static readonly int[] Blanks = [0x115F, 0x1160, 0x2800, 0x3164, 0xFFA0, 0x13441, 0x13442, 0x1D159];

    public static bool Key(ReadOnlySpan<char> text) => text.Length is > 0 and <= MaxName && !text.ContainsAnyExcept(KeyCharacters);

    public static bool Person(ReadOnlySpan<char> text) => text.Length is > 0 and <= MaxName && !text.ContainsAnyExcept(PersonCharacters);

    public static bool TaskId(ReadOnlySpan<char> text) => text.Length is > 0 and <= MaxName && !text.ContainsAnyExcept(TaskCharacters);

    /// <summary>
    /// What is wrong with a text that a caller sends for people to read, or null. What is shown is what is there: no control characters, nothing that
    /// is invisible or turns the direction of what follows, and at least one character that can be seen. Asked where a request is taken in, never of
    /// a command in the log: a later version may ask for more.
    /// </summary>
    public static string? WhatIsWrongWithText(string text)
    {
        if (text.Length > MaxText) return $"must have at most {MaxText} characters";
        var hasVisible = false;
        for (var i = 0; i < text.Length;)
        {
            if (Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var length) != OperationStatus.Done) return "must be valid Unicode";
            switch (Rune.GetUnicodeCategory(rune))
            {
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
