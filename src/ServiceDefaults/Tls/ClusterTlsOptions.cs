using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace JobRequests.ServiceDefaults;

/// <summary>
/// Mutual TLS between silos and gateways, section <c>Orleans:Tls</c>; without it their ports trust whoever reaches them. Whoever has a
/// certificate of the authority is a member: it has to be an authority of this cluster's own. All processes have it or none.
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

    /// <returns>Null where the section is not there.</returns>
    /// <exception cref="OptionsValidationException">A setting is missing, or a file cannot be used.</exception>
    internal static (X509Certificate2 Own, X509Certificate2 Authority)? Load(IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        if (!section.Exists()) return null;
        var options = section.Get<ClusterTlsOptions>()!;
        return (
            Read(nameof(CertificateFile), options.CertificateFile, () => X509Certificate2.CreateFromPemFile(options.CertificateFile, Needed(nameof(KeyFile), options.KeyFile))),
            Read(nameof(AuthorityFile), options.AuthorityFile, () => X509CertificateLoader.LoadCertificateFromFile(options.AuthorityFile)));
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
        file.Length > 0 ? file : throw Wrong($"{Section}:{option} is missing: mutual TLS needs {nameof(CertificateFile)}, {nameof(KeyFile)} and {nameof(AuthorityFile)}.");

    private static OptionsValidationException Wrong(string failure) => new(Section, typeof(ClusterTlsOptions), [failure]);
}
