using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace JobRequests.Records;

/// <summary>
/// Who may write commands and events. Section <c>Records</c>: the numbered <c>Secrets</c> are shared by the silos and gateways of a cluster;
/// each other program that writes to <c>requests</c> has a secret of its own under <c>Producers:&lt;id&gt;</c>.
/// </summary>
public sealed class SigningOptions
{
    public const string Section = "Records";

    /// <summary>How the key ids of the cluster's own secrets begin in the signature header; the number follows.</summary>
    public const string ClusterKeyPrefix = "cluster-";

    /// <summary>In <see cref="ProducerKey.Callers"/>: everybody.</summary>
    public const string AnyCaller = "*";

    /// <summary>Shortest secret, bytes.</summary>
    public const int MinSecretBytes = 32;

    /// <summary>
    /// The cluster's secrets by number, from 1: base64, at least 32 random bytes each: <c>openssl rand -base64 32</c>. Records signed with any
    /// of them are trusted.
    /// </summary>
    public Dictionary<string, string> Secrets { get; set; } = [];

    /// <summary>The number of the secret that signs; absent: the highest.</summary>
    public int? SignWith { get; set; }

    /// <summary>Other programs that may write commands, by key id.</summary>
    public Dictionary<string, ProducerKey> Producers { get; set; } = [];

    /// <returns>Null for what is not a number from 1.</returns>
    internal static int? NumberOf(string name) =>
        int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 && name[0] != '0' ? number : null;
}

/// <summary>The key of a program that writes commands to <c>requests</c> by itself.</summary>
public sealed class ProducerKey
{
    /// <summary>Base64, at least 32 random bytes.</summary>
    public string Secret { get; set; } = "";

    /// <summary>The people it may act for; <c>*</c> for everybody.</summary>
    public List<string> Callers { get; set; } = [];

    /// <summary>Whether it may send commands of administrators.</summary>
    public bool MayActAsAdmin { get; set; }
}

internal sealed class SigningOptionsValidator : IValidateOptions<SigningOptions>
{
    public ValidateOptionsResult Validate(string? name, SigningOptions options)
    {
        var rules = new SettingRules(SigningOptions.Section);
        if (options.Secrets.Count == 0) Check("", $"{nameof(options.Secrets)}:1", rules);
        foreach (var (number, secret) in options.Secrets)
        {
            if (SigningOptions.NumberOf(number) is null) rules.Add($"{nameof(options.Secrets)}:{number}", "is not a number: secrets are numbered from 1.");
            Check(secret, $"{nameof(options.Secrets)}:{number}", rules);
        }

        if (options.SignWith is { } chosen && !options.Secrets.Keys.Any(number => SigningOptions.NumberOf(number) == chosen))
            rules.Add(nameof(options.SignWith), $"is {chosen}, but {SigningOptions.Section}:{nameof(options.Secrets)}:{chosen} is missing.");
        foreach (var (id, key) in options.Producers) Check(id, key, $"{nameof(options.Producers)}:{id}", rules);
        return rules.Result;
    }

    private static void Check(string id, ProducerKey key, string setting, SettingRules rules)
    {
        if (id.StartsWith(SigningOptions.ClusterKeyPrefix, StringComparison.Ordinal))
            rules.Add(setting, $"begins like the ids of the cluster's own keys, '{SigningOptions.ClusterKeyPrefix}'; choose another one.");
        else if (id.Length is 0 or > 64 || id.AsSpan().ContainsAnyExcept(RecordSignature.KeyIdCharacters))
            rules.Add(setting, "must be named by 1 to 64 letters, digits, _ and -");
        Check(key.Secret, $"{setting}:{nameof(ProducerKey.Secret)}", rules);
        rules.Require(
            key.Callers.Count > 0, $"{setting}:{nameof(ProducerKey.Callers)}",
            $"is missing: list the people this program may act for, or '{SigningOptions.AnyCaller}' for everybody.");
    }

    // Says nothing of the value: it is a secret, or was meant to be one.
    private static void Check(string secret, string setting, SettingRules rules)
    {
        if (secret.Length == 0)
            rules.Add(setting, "is missing: make one with 'openssl rand -base64 32' and give the same to every silo and gateway.");
        else if (!TryDecode(secret, out var bytes))
            rules.Add(setting, "is not base64.");
        else if (bytes.Length < SigningOptions.MinSecretBytes)
            rules.Add(setting, $"has {bytes.Length} bytes; at least {SigningOptions.MinSecretBytes} are needed.");
    }

    private static bool TryDecode(string secret, out byte[] bytes)
    {
        bytes = new byte[secret.Length];
        var isBase64 = Convert.TryFromBase64String(secret, bytes, out var length);
        CryptographicOperations.ZeroMemory(bytes.AsSpan(length));
        Array.Resize(ref bytes, length);
        return isBase64;
    }
}
