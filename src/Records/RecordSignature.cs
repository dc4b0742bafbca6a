using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using JobRequests.Streaming.Kafka;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace JobRequests.Records;

/// <summary>
/// Signs and checks records, and whatever else a process of the cluster has to recognise as its own: HMAC-SHA256 over the cluster (Orleans'
/// <see cref="ClusterOptions.ServiceId"/>), the type and the parts, of a record its key and its value, each preceded by its length
/// (<see cref="LengthPrefixed"/>). The signature is the key id, a dot, the code in base64url.
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
        foreach (var (number, secret) in options.Value.Secrets)
            Add(ClusterKeyId(number), secret, new Signer(ClusterKeyId(number), IsCluster: true, MayActAsAdmin: true, null));
        foreach (var (id, key) in options.Value.Producers)
            Add(id, key.Secret,
                new Signer(id, IsCluster: false, key.MayActAsAdmin,
                    key.Callers.Contains(SigningOptions.AnyCaller) ? null : key.Callers.ToHashSet(StringComparer.Ordinal)));
        _signingKeyId = ClusterKeyId(
            (options.Value.SignWith ?? options.Value.Secrets.Keys.Max(SigningOptions.NumberOf)!).Value.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>How many records were refused that no key of this process has signed, and when the last one was.</summary>
    internal RefusedSignatures Refused { get; } = new();

    /// <summary>For a process that is alone: with a secret that ends with it.</summary>
    public static RecordSignature OfThisProcess() => new(
        Options.Create(new SigningOptions { Secrets = { ["1"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(SigningOptions.MinSecretBytes)) } }),
        Options.Create(new ClusterOptions()));

    /// <summary>Signs with the cluster's current secret.</summary>
    /// <param name="type">What kind of bytes it is: a signature of one type is none of another.</param>
    /// <param name="parts">What is signed, as many parts as the type has.</param>
    public string Sign(string type, params ReadOnlyMemory<byte>[] parts) => $"{_signingKeyId}.{Compute(_keys[_signingKeyId].Secret, type, parts)}";

    /// <summary>Whether a secret of the cluster, old or new, has signed this.</summary>
    public bool IsOfCluster(ReadOnlySpan<byte> signature, string type, params ReadOnlyMemory<byte>[] parts) =>
        Check(signature, type, parts, out _) is { IsCluster: true };

    byte[] IKafkaMarkSigner.Sign(ReadOnlySpan<byte> content) => Encoding.ASCII.GetBytes(Sign(MarkType, content.ToArray()));

    bool IKafkaMarkSigner.IsGenuine(ReadOnlySpan<byte> content, ReadOnlySpan<byte> signature) => IsOfCluster(signature, MarkType, content.ToArray());

    /// <summary>Whose record it is, or null and why not. Counts what is refused: addresses and Redis' values, which anybody may make up, do not come
    /// here.</summary>
    internal Signer? Verify(ReadOnlySpan<byte> signature, string type, ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, out string reason)
    {
        var signer = Check(signature, type, [key, value], out reason);
        if (signer is null) Refused.Add();
        return signer;
    }

    private Signer? Check(ReadOnlySpan<byte> signature, string type, ReadOnlyMemory<byte>[] parts, out string reason)
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

        var expected = Encoding.ASCII.GetBytes(Compute(trusted.Secret, type, parts));
        if (CryptographicOperations.FixedTimeEquals(expected, signature[(dot + 1)..])) return trusted.Signer;
        reason = $"the signature of '{keyId}' does not fit: the record was altered, or the secrets or the clusters' names (Orleans:ServiceId) differ";
        return null;
    }

    private static string ClusterKeyId(string number) => SigningOptions.ClusterKeyPrefix + number;

    private void Add(string keyId, string secret, Signer signer) => _keys.Add(keyId, (Convert.FromBase64String(secret), signer));

    private string Compute(byte[] secret, string type, ReadOnlyMemory<byte>[] parts) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(secret, LengthPrefixed.Join([_cluster, Encoding.UTF8.GetBytes(type), .. parts])));
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
