using System.Buffers;

namespace JobRequests.Grains.Abstractions;

/// <summary>The fixed forms of names: ASCII, bounded, harmless in a path, a header, a log line and a document.</summary>
public static class WellFormed
{
    public const int MaxName = 64;
    public const int MaxText = 200;
    public const int MaxCandidates = 1_000;
    public const int MaxTasks = 200;

    private static readonly SearchValues<char> KeyCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");
    private static readonly SearchValues<char> TaskCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-");
    private static readonly SearchValues<char> PersonCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.@-");

    public static bool Key(ReadOnlySpan<char> text) => text.Length is > 0 and <= MaxName && !text.ContainsAnyExcept(KeyCharacters);

    public static bool Person(ReadOnlySpan<char> text) => text.Length is > 0 and <= MaxName && !text.ContainsAnyExcept(PersonCharacters);

    public static bool TaskId(ReadOnlySpan<char> text) => text.Length is > 0 and <= MaxName && !text.ContainsAnyExcept(TaskCharacters);

    /// <summary>What is wrong with a text that people read, or null.</summary>
    public static string? WhatIsWrongWithText(string text)
    {
        if (text.Length > MaxText) return $"must have at most {MaxText} characters";
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i])) return "must not contain control characters";
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1])) return "must be valid Unicode";
            i++;
        }

        return null;
    }
}
