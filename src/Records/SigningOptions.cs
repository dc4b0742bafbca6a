using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace JobRequests.Records;

/// <summary>
/// Who may write commands and events. Section <c>Records</c>: <c>Secret</c> is shared by the silos and gateways of a cluster; each other
/// program that writes to <c>requests</c> has a secret of its own under <c>Producers:&lt;id&gt;</c>.
/// </summary>
public sealed class SigningOptions
{
    public const string Section = "Records";

    /// <summary>Id of the cluster's own key in the signature header.</summary>
    public const string ClusterKeyId = "cluster";

    /// <summary>Shortest secret, bytes.</summary>
    public const int MinSecretBytes = 32;

    /// <summary>The cluster's secret, base64, at least 32 random bytes: <c>openssl rand -base64 32</c>.</summary>
    public string Secret { get; set; } = "";

    /// <summary>Other programs that may write commands, by key id.</summary>
    public Dictionary<string, ProducerKey> Producers { get; set; } = [];
}

/// <summary>The key of a program that writes commands to <c>requests</c> by itself.</summary>
public sealed class ProducerKey
{
    /// <summary>Base64, at least 32 random bytes.</summary>
    public string Secret { get; set; } = "";

    /// <summary>Whether it may send commands of administrators.</summary>
    public bool MayActAsAdmin { get; set; }
}

internal sealed class SigningOptionsValidator : IValidateOptions<SigningOptions>
{
    public ValidateOptionsResult Validate(string? name, SigningOptions options)
    {
        var builder = new ValidateOptionsResultBuilder();
        Check(options.Secret, $"{SigningOptions.Section}:{nameof(SigningOptions.Secret)}", builder);
        foreach (var (id, key) in options.Producers)
        {
            var setting = $"{SigningOptions.Section}:{nameof(SigningOptions.Producers)}:{id}";
            if (id == SigningOptions.ClusterKeyId) builder.AddError($"uses the id of the cluster's own key; choose another one.", setting);
            else if (id.Length is 0 or > 64 || id.AsSpan().ContainsAnyExcept(RecordSignature.KeyIdCharacters)) builder.AddError("must be named by 1 to 64 letters, digits, _ and -", setting);
            Check(key.Secret, $"{setting}:{nameof(ProducerKey.Secret)}", builder);
        }

        return builder.Build();
    }

    // Says nothing of the value: it is a secret, or was meant to be one.
    private static void Check(string secret, string setting, ValidateOptionsResultBuilder builder)
    {
        if (secret.Length == 0) builder.AddError("is missing: make one with 'openssl rand -base64 32' and give the same to every silo and gateway.", setting);
        else if (!TryDecode(secret, out var bytes)) builder.AddError("is not base64.", setting);
        else if (bytes.Length < SigningOptions.MinSecretBytes) builder.AddError($"has {bytes.Length} bytes; at least {SigningOptions.MinSecretBytes} are needed.", setting);
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
