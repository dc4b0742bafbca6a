namespace JobRequests.Gateway;

/// <summary>
/// Who may call. Configuration section <see cref="Section"/>: either <see cref="Authority"/>, or <see cref="Issuer"/> with
/// <see cref="Keys"/>; <see cref="Development"/> for trying things out.
/// </summary>
public sealed class IdentityOptions
{
    public const string Section = "Identity";

    /// <summary>Accept <c>Bearer dev-ann</c> as <c>ann</c>; <c>dev-admin</c> has the admin role. Only on loopback, never beside tokens or in
    /// production.</summary>
    public bool Development { get; set; }

    /// <summary>An OpenID Connect issuer whose metadata and keys are fetched.</summary>
    public string? Authority { get; set; }

    /// <summary>The <c>iss</c> that tokens have to have; with <see cref="Authority"/> it comes from its metadata.</summary>
    public string? Issuer { get; set; }

    /// <summary>The <c>aud</c> that tokens have to have.</summary>
    public string? Audience { get; set; }

    /// <summary>Keys that tokens are signed with, in the members of a JSON Web Key.</summary>
    public IList<SigningKeyOptions> Keys { get; } = [];

    /// <summary>A JSON Web Key Set as text, instead of or besides <see cref="Keys"/>.</summary>
    public string? KeySet { get; set; }

    /// <summary>Signature algorithms that are accepted. Empty: those that fit the keys, RS256, PS256 and ES256, or HS256 for symmetric ones.</summary>
    public IList<string> Algorithms { get; } = [];

    /// <summary>How far the issuer's clock may be off; at most 30 seconds.</summary>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The claim that holds roles; <c>admin</c> among them makes an operator.</summary>
    public string RoleClaim { get; set; } = "role";

    internal bool HasTokens => Authority is not null || Issuer is not null;
}

/// <summary>One JSON Web Key in configuration; public members only, but for a symmetric key's <see cref="K"/>.</summary>
public sealed class SigningKeyOptions
{
    /// <summary><c>oct</c>, <c>RSA</c> or <c>EC</c>.</summary>
    public string Kty { get; set; } = "oct";

    /// <summary>The key's name in tokens, or null.</summary>
    public string? Kid { get; set; }

    /// <summary><c>oct</c>: the secret, base64url, at least 32 bytes.</summary>
    public string? K { get; set; }

    /// <summary><c>RSA</c>: modulus, base64url.</summary>
    public string? N { get; set; }

    /// <summary><c>RSA</c>: exponent, base64url.</summary>
    public string? E { get; set; }

    /// <summary><c>EC</c>: curve.</summary>
    public string? Crv { get; set; }

    /// <summary><c>EC</c>: coordinate, base64url.</summary>
    public string? X { get; set; }

    /// <summary><c>EC</c>: coordinate, base64url.</summary>
    public string? Y { get; set; }
}
