using Microsoft.Extensions.Primitives;

namespace JobRequests.Gateway.Requests;

/// <summary>The header <c>Idempotency-Key</c>: one value, bare or in quotes.</summary>
internal static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";

    public static readonly Refusal Malformed = new(
        ProblemTypes.IdempotencyKeyMalformed, [new FieldError(Header, "must be one key of 1 to 64 letters, digits, _ and -")]);
    private static readonly Refusal MalformedInBody = new(
        ProblemTypes.IdempotencyKeyMalformed, [new FieldError("requestId", "must be 1 to 64 letters, digits, _ and -")]);
    public static readonly Refusal Missing = new(ProblemTypes.IdempotencyKeyMissing, [new FieldError(Header, "is required")]);

    /// <returns>The key, null where the header is absent, or why it is none.</returns>
    public static (string? Key, Refusal? Refusal) Read(StringValues header)
    {
        if (header.Count == 0) return (null, null);
        if (header.Count > 1 || header[0] is not { } text) return (null, Malformed);
        if (text.Length > 2 && text[0] == '"' && text[^1] == '"') text = text[1..^1];
        return WellFormed.Key(text) ? (text, null) : (null, Malformed);
    }

    /// <summary>Brings the header's key and the body's <c>requestId</c> together: at least one, and the same where there are two.</summary>
    public static (string? Key, Refusal? Refusal) Agree(string? header, string? requestId)
    {
        if (requestId is null) return header is null ? (null, Missing) : (header, null);
        if (!WellFormed.Key(requestId)) return (null, MalformedInBody);
        if (header is not null && header != requestId) return (null, Refusal.Field("requestId", $"must agree with the header {Header}"));
        return (requestId, null);
    }
}
