using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace JobRequests.Records;

/// <summary>
/// Signs and checks records: HMAC-SHA256 over the record's type, its key and its value, type and key each preceded by their length (4
/// bytes, big-endian). Header <c>signature</c>: key id, a dot, the code in base64url.
/// </summary>
/// <remarks>Keeps whoever can write to a topic, but does not know a secret, from acting for others.</remarks>
internal sealed class RecordSignature(IOptions<SigningOptions> options)
{
    internal static readonly SearchValues<char> KeyIdCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    private const int CodeLength = 43;

    private readonly byte[] _clusterSecret = Convert.FromBase64String(options.Value.Secret);
    private readonly Dictionary<string, (byte[] Secret, bool MayActAsAdmin)> _producers = options.Value.Producers.ToDictionary(
        producer => producer.Key, producer => (Convert.FromBase64String(producer.Value.Secret), producer.Value.MayActAsAdmin), StringComparer.Ordinal);

    public byte[] Sign(string type, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        Encoding.ASCII.GetBytes($"{SigningOptions.ClusterKeyId}.{Compute(_clusterSecret, type, key, value)}");

    /// <summary>Whose record it is, or null and why not.</summary>
    public Signer? Verify(ReadOnlySpan<byte> signature, string type, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, out string reason)
    {
        reason = "";
        var dot = signature.LastIndexOf((byte)'.');
        if (dot <= 0 || signature.Length - dot - 1 != CodeLength)
        {
            reason = "the signature header is malformed";
            return null;
        }

        var keyId = Encoding.ASCII.GetString(signature[..dot]);
        if (FindSecret(keyId) is not var (secret, signer))
        {
            reason = "it is signed with a key that is not trusted here";
            return null;
        }

        var expected = Encoding.ASCII.GetBytes(Compute(secret, type, key, value));
        if (CryptographicOperations.FixedTimeEquals(expected, signature[(dot + 1)..])) return signer;
        reason = $"the signature of '{keyId}' does not fit: the record was altered, or the secrets differ";
        return null;
    }

    private (byte[] Secret, Signer Signer)? FindSecret(string keyId)
    {
        if (keyId == SigningOptions.ClusterKeyId) return (_clusterSecret, new Signer(keyId, MayActAsAdmin: true));
        return _producers.TryGetValue(keyId, out var producer) ? (producer.Secret, new Signer(keyId, producer.MayActAsAdmin)) : null;
    }

    private static string Compute(byte[] secret, string type, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
        AppendWithLength(hmac, Encoding.UTF8.GetBytes(type));
        AppendWithLength(hmac, key);
        hmac.AppendData(value);
        return Base64Url.EncodeToString(hmac.GetHashAndReset());
    }

    private static void AppendWithLength(IncrementalHash hmac, ReadOnlySpan<byte> bytes)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
        hmac.AppendData(length);
        hmac.AppendData(bytes);
    }
}

/// <summary>Whose secret signed a record.</summary>
internal readonly record struct Signer(string KeyId, bool MayActAsAdmin)
{
    public bool IsCluster => KeyId == SigningOptions.ClusterKeyId;
}
