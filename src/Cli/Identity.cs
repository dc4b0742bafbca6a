using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;

namespace JobRequests.Cli;

/// <summary>Who acts.</summary>
/// <param name="Token">The bearer token.</param>
/// <param name="Label">A name for the person that is no secret; saved with unanswered requests, whose keys are that person's.</param>
internal sealed record Identity(string? Token, string? Label)
{
    private const string DevelopmentPrefix = "dev-";
    private const int LongestName = 64;

    public static readonly Identity Nobody = new(null, null);

    /// <summary>The person's name; the token's own words, unverified.</summary>
    public string Name => Label switch
    {
        null => "nobody",
        _ when Label.StartsWith(DevelopmentPrefix, StringComparison.Ordinal) => Label[DevelopmentPrefix.Length..],
        _ => Label,
    };

    /// <exception cref="UsageException">The name has another form than development identities have.</exception>
    public static Identity Development(string name) =>
        name.Length is > 0 and <= LongestName && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '@' or '-')
            ? OfToken(DevelopmentPrefix + name)
            : throw new UsageException($"A name is 1 to {LongestName} of A-Z, a-z, 0-9, '_', '.', '@' and '-', not '{name}'.");

    /// <exception cref="UsageException">It cannot be sent as a token.</exception>
    public static Identity OfToken(string token) => token.Length == 0 || token.Any(c => c is <= ' ' or > '~')
        ? throw new UsageException("A token is one word of letters, digits and signs.")
        : new(token, token.StartsWith(DevelopmentPrefix, StringComparison.Ordinal) ? token : $"sub:{Claim(token, "sub") ?? "unknown"}");

    /// <summary>The identity that sent a saved request: its development name, or a login or token of the same person.</summary>
    /// <exception cref="UsageException">Nobody of that label is at hand.</exception>
    public static Identity OfSender(string? label, Identity atHand, Uri url)
    {
        if (label == atHand.Label)
            return atHand;
        if (label is null)
            return Nobody;
        if (label.StartsWith(DevelopmentPrefix, StringComparison.Ordinal))
            return OfToken(label);
        return Logins.TokenFor(url) is { } stored && OfToken(stored).Label == label
            ? OfToken(stored)
            : throw new UsageException(
                $"The request was sent by {label}, and its key is theirs alone: sign in as that user, or pass their token with --token.");
    }

    /// <summary>When the token ends, by its own words; null where it does not say so.</summary>
    public DateTimeOffset? ExpiresAt =>
        Token is not null && Claim(Token, "exp") is { } seconds && long.TryParse(seconds, CultureInfo.InvariantCulture, out var at) && at is > 0 and < 1L << 37
            ? DateTimeOffset.FromUnixTimeSeconds(at)
            : null;

    private static string? Claim(string token, string name)
    {
        try
        {
            var parts = token.Split('.');
            if (parts.Length != 3)
                return null;
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]));
            return claims.RootElement.ValueKind == JsonValueKind.Object && claims.RootElement.TryGetProperty(name, out var value)
                ? value.ToString()
                : null;
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            // An opaque token: there is no name in it, and the service alone judges it.
            return null;
        }
    }
}
