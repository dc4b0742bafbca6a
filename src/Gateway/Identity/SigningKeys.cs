using Microsoft.IdentityModel.Tokens;

namespace JobRequests.Gateway.Identity;

/// <summary>The keys of the configuration, and the algorithms that fit them.</summary>
internal static class SigningKeys
{
    public const int LeastSecretBytes = 32;

    private static readonly string[] Asymmetric = [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.EcdsaSha256];

    /// <exception cref="ArgumentException">The key set is not one.</exception>
    public static List<JsonWebKey> Read(IdentityOptions options)
    {
        var keys = options.Keys.Select(key => new JsonWebKey
        {
            Kty = key.Kty,
            Kid = key.Kid,
            KeyId = key.Kid,
            K = key.K,
            N = key.N,
            E = key.E,
            Crv = key.Crv,
            X = key.X,
            Y = key.Y,
        }).ToList();
        if (options.KeySet is { Length: > 0 } set) keys.AddRange(new JsonWebKeySet(set).Keys);
        return keys;
    }

    public static IEnumerable<string> AlgorithmsFor(IdentityOptions options, IReadOnlyCollection<JsonWebKey> keys)
    {
        if (options.Algorithms.Count > 0) return options.Algorithms;
        var symmetric = keys.Any(IsSymmetric);
        var asymmetric = options.Authority is not null || keys.Any(key => !IsSymmetric(key));
        return [.. asymmetric ? Asymmetric : [], .. symmetric ? [SecurityAlgorithms.HmacSha256] : Array.Empty<string>()];
    }

    public static bool IsSymmetric(JsonWebKey key) => key.Kty == JsonWebAlgorithmsKeyTypes.Octet;
}
