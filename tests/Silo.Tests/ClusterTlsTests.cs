using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using JobRequests.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace JobRequests.Silo.Tests;

/// <summary>With section Orleans:Tls only members of the same authority talk to each other.</summary>
public sealed class ClusterTlsTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    // Who is let in is in within a second.
    private static readonly TimeSpan Shut = TimeSpan.FromSeconds(5);

    private readonly string _folder = Directory.CreateTempSubdirectory("jobrequests-tls-").FullName;

    [Fact]
    public async Task Only_certificates_of_the_clusters_authority_can_connect()
    {
        using var authority = Authority("cluster");
        using var stranger = Authority("stranger");
        var (siloPort, gatewayPort) = (FreePort.Next(), FreePort.Next());
        using var silo = Silo(siloPort, gatewayPort, Settings("silo", authority, authority));
        await silo.StartAsync(TestContext.Current.CancellationToken);

        using var member = Client(gatewayPort, Settings("gateway", authority, authority));
        await member.StartAsync(TestContext.Current.CancellationToken).WaitAsync(Limit, TestContext.Current.CancellationToken);
        Assert.Single(await member.Services.GetRequiredService<IClusterClient>().GetGrain<IManagementGrain>(0).GetHosts());

        List<KeyValuePair<string, string?>>[] others = [
            Settings("intruder", stranger, authority), Settings("misled", authority, stranger), [new("Orleans:Tls:Waived", "true")]];
        await Task.WhenAll(others.Select(async settings =>
        {
            using var other = Client(gatewayPort, settings);
            await Assert.ThrowsAnyAsync<Exception>(() => other.StartAsync(TestContext.Current.CancellationToken)
                .WaitAsync(Shut, TestContext.Current.CancellationToken));
        }));
    }

    [Theory]
    [InlineData("Orleans:Tls:AuthorityFile is missing", "CertificateFile", "KeyFile")]
    [InlineData("Orleans:Tls:CertificateFile is missing", "AuthorityFile")]
    [InlineData("Orleans:Tls:KeyFile is missing", "CertificateFile", "AuthorityFile")]
    public void Half_of_the_settings_are_refused(string failure, params string[] given)
    {
        using var authority = Authority("cluster");
        var settings = Settings("silo", authority, authority).Where(setting => given.Any(name => setting.Key.EndsWith(name, StringComparison.Ordinal)));
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings);

        var refused = Assert.Throws<OptionsValidationException>(() => builder.UseOrleansClient(client => client.AddClusterTls(builder.Configuration)));

        Assert.Contains(failure, refused.Message);
    }

    [Theory]
    [InlineData("Production", true)]
    [InlineData("prod", true)]
    [InlineData("Staging", true)]
    [InlineData("Cluster", false)]
    [InlineData("Development", false)]
    public void Outside_development_plain_ports_must_be_waived(string environment, bool isRefused)
    {
        Assert.Equal(isRefused, Validates() is not null);
        Assert.Contains("Orleans:Tls:Waived", Validates() ?? "Orleans:Tls:Waived");
        Assert.Null(Validates(new KeyValuePair<string, string?>("Orleans:Tls:Waived", "true")));

        string? Validates(params KeyValuePair<string, string?>[] settings)
        {
            var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = environment });
            builder.Configuration.AddInMemoryCollection(settings);
            builder.UseOrleansClient(client => client.AddClusterTls(builder.Configuration));
            using var host = builder.Build();
            return Record.Exception(() => host.Services.GetRequiredService<IStartupValidator>().Validate())?.Message;
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static IHost Silo(int siloPort, int gatewayPort, IEnumerable<KeyValuePair<string, string?>> settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Logging.ClearProviders();
        builder.UseOrleans(silo => silo.UseLocalhostClustering(siloPort, gatewayPort).AddClusterTls(builder.Configuration));
        return builder.Build();
    }

    private static IHost Client(int gatewayPort, IEnumerable<KeyValuePair<string, string?>> settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Logging.ClearProviders();
        builder.UseOrleansClient(client => client.UseLocalhostClustering(gatewayPort).AddClusterTls(builder.Configuration));
        return builder.Build();
    }

    private List<KeyValuePair<string, string?>> Settings(string name, X509Certificate2 issuer, X509Certificate2 trusted)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        using var certificate = request.Create(issuer, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1), RandomNumberGenerator.GetBytes(12));
        return
        [
            new("Orleans:Tls:CertificateFile", Write($"{name}.pem", certificate.ExportCertificatePem())),
            new("Orleans:Tls:KeyFile", Write($"{name}.key", key.ExportPkcs8PrivateKeyPem())),
            new("Orleans:Tls:AuthorityFile", Write($"{name}.ca.pem", trusted.ExportCertificatePem())),
        ];
    }

    private string Write(string name, string text)
    {
        var file = Path.Combine(_folder, name);
        File.WriteAllText(file, text);
        return file;
    }

    private static X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name} authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-2), DateTimeOffset.UtcNow.AddDays(2));
    }
}
