using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace JobRequests.ServiceDefaults;

/// <summary>
/// Mutual TLS between silos and gateways, section <c>Orleans:Tls</c>; without it their ports trust whoever reaches them. Whoever has a
/// certificate of the authority is a member: it has to be an authority of this cluster's own. All processes have it or none. Only the environments
/// <c>Development</c> and <c>Cluster</c> start without it and without <see cref="Waived"/>.
/// </summary>
public sealed class ClusterTlsOptions
{
    public const string Section = "Orleans:Tls";

    /// <summary>This process's certificate, PEM.</summary>
    public string CertificateFile { get; set; } = "";

    /// <summary>Its private key, PEM.</summary>
    public string KeyFile { get; set; } = "";

    /// <summary>The authority whose certificates the others have, PEM.</summary>
    public string AuthorityFile { get; set; } = "";

    /// <summary>Starts without TLS: something else, such as a private network, keeps strangers from these ports.</summary>
    public bool Waived { get; set; }

    /// <returns>Null where there is to be no TLS.</returns>
    /// <exception cref="OptionsValidationException">A setting is missing, or a file cannot be used.</exception>
    internal static (X509Certificate2 Own, X509Certificate2 Authority)? Load(IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        var (certificate, key, authority) = (section[nameof(CertificateFile)] ?? "", section[nameof(KeyFile)] ?? "", section[nameof(AuthorityFile)] ?? "");
        if (certificate.Length + key.Length + authority.Length == 0) return null;
        return (
            Read(nameof(CertificateFile), certificate, () => X509Certificate2.CreateFromPemFile(certificate, Needed(nameof(KeyFile), key))),
            Read(nameof(AuthorityFile), authority, () => X509CertificateLoader.LoadCertificateFromFile(authority)));
    }

    private static X509Certificate2 Read(string option, string file, Func<X509Certificate2> read)
    {
        Needed(option, file);
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw Wrong($"{Section}:{option} cannot be used: {file}: {exception.Message}");
        }
    }

    private static string Needed(string option, string file) =>
        file.Length > 0
            ? file
            : throw Wrong($"{Section}:{option} is missing: mutual TLS needs {nameof(CertificateFile)}, {nameof(KeyFile)} and {nameof(AuthorityFile)}.");

    private static OptionsValidationException Wrong(string failure) => new(Section, typeof(ClusterTlsOptions), [failure]);
}

internal sealed class ClusterTlsOptionsValidator(IHostEnvironment environment) : IValidateOptions<ClusterTlsOptions>
{
    public ValidateOptionsResult Validate(string? name, ClusterTlsOptions options) =>
        options.CertificateFile.Length > 0 || options.Waived || environment.IsDevelopment() || environment.IsEnvironment("Cluster")
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"{ClusterTlsOptions.Section} is missing: without mutual TLS, anyone who reaches the ports of Orleans acts as "
                + $"anybody. Set {nameof(options.CertificateFile)}, "
                + $"{nameof(options.KeyFile)} and {nameof(options.AuthorityFile)}, or {ClusterTlsOptions.Section}:{nameof(options.Waived)}=true where only "
                + "members reach them.");
}
