using System.Buffers.Text;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace JobRequests.Gateway.Tests.Identity;

/// <summary>Makes tokens, right and wrong ones.</summary>
internal sealed class Tokens : IDisposable
{
    public const string Issuer = "https://identity.example";
    public const string Audience = "job-requests";

    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(64);
    private readonly ECDsa _curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>The settings of a gateway that accepts them.</summary>
    public (string, string?)[] Settings =>
    [
        ("Identity:Development", "false"),
        ("Identity:Issuer", Issuer),
        ("Identity:Audience", Audience),
        ("Identity:Keys:0:Kty", "oct"),
        ("Identity:Keys:0:Kid", "s1"),
        ("Identity:Keys:0:K", Base64Url.EncodeToString(_secret)),
        ("Identity:KeySet", KeySet()),
    ];

    public string Symmetric(string subject = "ann", string? role = null, Action<SecurityTokenDescriptor>? change = null) =>
        Make(new SigningCredentials(new SymmetricSecurityKey(_secret) { KeyId = "s1" }, SecurityAlgorithms.HmacSha256), subject, role, change);

    public string Asymmetric(string subject = "ann") =>
        Make(new SigningCredentials(new ECDsaSecurityKey(_curve) { KeyId = "e1" }, SecurityAlgorithms.EcdsaSha256), subject, null, null);

    public static string OfAnotherKey(string algorithm)
    {
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        SecurityKey key = algorithm == SecurityAlgorithms.EcdsaSha256
            ? new ECDsaSecurityKey(curve) { KeyId = "e1" }
            : new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(64)) { KeyId = "s1" };
        return Make(new SigningCredentials(key, algorithm), "ann", null, null);
    }

    /// <summary>Signed by the right secret with an algorithm that is not on the list.</summary>
    public string OfAnotherAlgorithm() =>
        Make(new SigningCredentials(new SymmetricSecurityKey(_secret) { KeyId = "s1" }, SecurityAlgorithms.HmacSha512), "ann", null, null);

    /// <summary>The public key, which anybody knows, used as if it were a secret.</summary>
    public string OfPublicKeyAsSecret() =>
        Make(new SigningCredentials(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(_curve.ExportSubjectPublicKeyInfoPem())) { KeyId = "e1" },
            SecurityAlgorithms.HmacSha256), "ann", null, null);

    public static string Unsigned()
    {
        var header = Base64Url.EncodeToString("""{"alg":"none","typ":"JWT"}"""u8);
        var expiry = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds();
        var payload = Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"sub":"ann","iss":"{{Issuer}}","aud":"{{Audience}}","exp":{{expiry}}}"""));
        return $"{header}.{payload}.";
    }

    public string WithHeader(string name) =>
        Symmetric(change: token => token.AdditionalHeaderClaims = new Dictionary<string, object> { [name] = "https://attacker.example/keys" });

    public void Dispose() => _curve.Dispose();

    private static string Make(SigningCredentials credentials, string subject, string? role, Action<SecurityTokenDescriptor>? change)
    {
        var token = new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = Audience,
            IssuedAt = DateTime.UtcNow.AddMinutes(-10),
            NotBefore = DateTime.UtcNow.AddMinutes(-10),
            Expires = DateTime.UtcNow.AddHours(1),
            SigningCredentials = credentials,
            Subject = new ClaimsIdentity([new Claim("sub", subject), .. role is null ? Array.Empty<Claim>() : [new Claim("role", role)]]),
        };
        change?.Invoke(token);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(token);
    }

    private string KeySet()
    {
        var point = _curve.ExportParameters(false).Q;
        return $$"""{"keys":[{"kty":"EC","kid":"e1","crv":"P-256","x":"{{Base64Url.EncodeToString(point.X)}}","y":"{{Base64Url.EncodeToString(point.Y)}}"}]}""";
    }
}
