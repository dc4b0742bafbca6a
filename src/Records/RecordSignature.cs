using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using JobRequests.Streaming.Kafka;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace JobRequests.Records;

/// <summary>
/// Signs and checks records: HMAC-SHA256 over the cluster (Orleans' <see cref="ClusterOptions.ServiceId"/>), the record's type, its key and its
/// value, the first three each preceded by their length (4 bytes, big-endian). Header <c>signature</c>: key id, a dot, the code in base64url.
/// </summary>
/// <remarks>Keeps anyone who can write to a topic, but does not know a secret, from acting for others.</remarks>
public sealed class RecordSignature : IKafkaMarkSigner
{
    internal static readonly SearchValues<char> KeyIdCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    private const string MarkType = "jobrequests.mark.v1";
    private const int CodeLength = 43;

    private readonly byte[] _cluster;
    private readonly string _signingKeyId;
    private readonly Dictionary<string, (byte[] Secret, Signer Signer)> _keys = new(StringComparer.Ordinal);

    public RecordSignature(IOptions<SigningOptions> options, IOptions<ClusterOptions> cluster)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(cluster);
        _cluster = Encoding.UTF8.GetBytes(cluster.Value.ServiceId);
        foreach (var (number, secret) in options.Value.Secrets) Add(ClusterKeyId(number), secret, new Signer(ClusterKeyId(number), IsCluster: true, MayActAsAdmin: true, null));
        foreach (var (id, key) in options.Value.Producers)
            Add(id, key.Secret, new Signer(id, IsCluster: false, key.MayActAsAdmin, key.Callers.Contains(SigningOptions.AnyCaller) ? null : key.Callers.ToHashSet(StringComparer.Ordinal)));
        _signingKeyId = ClusterKeyId((options.Value.SignWith ?? options.Value.Secrets.Keys.Max(SigningOptions.NumberOf)!).Value.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>How many records were refused that no key of this process has signed, and when the last one was.</summary>
    internal RefusedSignatures Refused { get; } = new();

    /// <summary>Signs with the cluster's current secret.</summary>
    /// <param name="type">What kind of bytes it is: a signature of one type is none of another.</param>
    /// <param name="key">The record's key, or whatever the value belongs to.</param>
    /// <param name="value">The record's value.</param>
    public byte[] Sign(string type, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        Encoding.ASCII.GetBytes($"{_signingKeyId}.{Compute(_keys[_signingKeyId].Secret, type, key, value)}");

    /// <summary>Whether a secret of the cluster, old or new, has signed this.</summary>
    public bool IsOfCluster(ReadOnlySpan<byte> signature, string type, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        Check(signature, type, key, value, out _) is { IsCluster: true };

    byte[] IKafkaMarkSigner.Sign(ReadOnlySpan<byte> content) => Sign(MarkType, [], content);

    bool IKafkaMarkSigner.IsGenuine(ReadOnlySpan<byte> content, ReadOnlySpan<byte> signature) => IsOfCluster(signature, MarkType, [], content);

    /// <summary>Whose record it is, or null and why not. Counts what is refused: addresses and Redis' values, which anybody may make up, do not come here.</summary>
    internal Signer? Verify(ReadOnlySpan<byte> signature, string type, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, out string reason)
    {
        var signer = Check(signature, type, key, value, out reason);
        if (signer is null) Refused.Add();
        return signer;
    }

    private Signer? Check(ReadOnlySpan<byte> signature, string type, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, out string reason)
    {
        reason = "";
        var dot = signature.LastIndexOf((byte)'.');
        if (dot <= 0 || signature.Length - dot - 1 != CodeLength)
        {
            reason = "the signature header is malformed";
            return null;
        }

        var keyId = Encoding.ASCII.GetString(signature[..dot]);
        if (!_keys.TryGetValue(keyId, out var trusted))
        {
            reason = "it is signed with a key that is not trusted here";
            return null;
        }

        var expected = Encoding.ASCII.GetBytes(Compute(trusted.Secret, type, key, value));
        if (CryptographicOperations.FixedTimeEquals(expected, signature[(dot + 1)..])) return trusted.Signer;
        reason = $"the signature of '{keyId}' does not fit: the record was altered, or the secrets or the clusters' names (Orleans:ServiceId) differ";
        return null;
    }

    private static string ClusterKeyId(string number) => SigningOptions.ClusterKeyPrefix + number;

    private void Add(string keyId, string secret, Signer signer) => _keys.Add(keyId, (Convert.FromBase64String(secret), signer));

    private string Compute(byte[] secret, string type, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
        AppendWithLength(hmac, _cluster);
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
/// <param name="KeyId">The id of the key.</param>
/// <param name="IsCluster">A silo or gateway of this cluster has signed it.</param>
/// <param name="MayActAsAdmin">Whether it may send commands of administrators.</param>
/// <param name="Callers">For whom it may act; null: for everybody.</param>
internal sealed record Signer(string KeyId, bool IsCluster, bool MayActAsAdmin, IReadOnlySet<string>? Callers)
{
    public bool MayActFor(string caller) => Callers?.Contains(caller) ?? true;
}
