namespace JobRequests.Client;

/// <summary>The name under which the service executes a command at most once: 1 to 64 of <c>[A-Za-z0-9_-]</c>.</summary>
public static class IdempotencyKey
{
    public const int MaxLength = 64;

    /// <summary>A new key: 32 hexadecimal digits, later keys sort after earlier ones.</summary>
    public static string New() => Guid.CreateVersion7().ToString("N");

    public static bool IsValid(string? key) =>
        key is { Length: > 0 and <= MaxLength } && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');

    /// <exception cref="ArgumentException"><paramref name="key"/> has another form.</exception>
    public static string Checked(string key) => IsValid(key)
        ? key
        : throw new ArgumentException($"A key is 1 to {MaxLength} of A-Z, a-z, 0-9, '_' and '-'; '{key}' is not.", nameof(key));
}
