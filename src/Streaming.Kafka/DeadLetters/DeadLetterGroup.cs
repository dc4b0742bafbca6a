using System.Text;

namespace JobRequests.Streaming.Kafka;

/// <summary>Copies that wait in a dead-letter topic, of one key and for one reason.</summary>
/// <param name="Key">The records' key, as text; null where they have none.</param>
/// <param name="Reason">Why they were dead-lettered.</param>
/// <param name="Count">How many.</param>
/// <param name="Oldest">When the first of them was dead-lettered; null where nothing says so.</param>
/// <param name="LastError">The most recent error; null where there is none.</param>
/// <param name="IsBlocked">Whether later records of their stream are dead-lettered behind them.</param>
public sealed record DeadLetterGroup(string? Key, string Reason, int Count, DateTimeOffset? Oldest, string? LastError, bool IsBlocked)
{
    /// <summary>The reason of a copy that somebody else wrote.</summary>
    public const string WithoutOrigin = "without-origin";

    /// <summary>Groups of what waits, the oldest first.</summary>
    public static IReadOnlyList<DeadLetterGroup> Of(DeadLetterContents contents)
    {
        ArgumentNullException.ThrowIfNull(contents);
        return [.. contents.Waiting
            .GroupBy(static copy => (Key: KeyOf(copy), Reason: copy.Origin?.Reason ?? WithoutOrigin))
            .Select(group => new DeadLetterGroup(
                group.Key.Key,
                group.Key.Reason,
                group.Count(),
                group.Min(static copy => copy.Origin?.DeadLetteredAt),
                group.LastOrDefault(static copy => copy.Origin?.Error is not null)?.Origin!.Error,
                group.Any(copy => copy.Origin?.Block is { } block && contents.IsBlocked(block.Stream))))
            .OrderBy(static group => group.Oldest ?? DateTimeOffset.MinValue)];
    }

    /// <summary>A copy's key as text; bytes that are none show as replacement characters.</summary>
    public static string? KeyOf(DeadLetterCopy copy)
    {
        ArgumentNullException.ThrowIfNull(copy);
        return copy.Record.Key is { } key ? Encoding.UTF8.GetString(key.Span) : null;
    }
}
