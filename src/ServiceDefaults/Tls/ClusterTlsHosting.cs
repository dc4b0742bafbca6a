using System.Security.Cryptography.X509Certificates;
using JobRequests.ServiceDefaults;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Connections.Security;

namespace Orleans.Hosting;

// { "Orleans": { "Tls": { "CertificateFile": "/run/secrets/silo.pem", "KeyFile": "/run/secrets/silo.key", "AuthorityFile": "/run/secrets/cluster-ca.pem" } } }

/// <summary>Mutual TLS on the ports of Orleans, by section <c>Orleans:Tls</c>.</summary>
public static class ClusterTlsHosting
{
    public static ISiloBuilder AddClusterTls(this ISiloBuilder silo, IConfiguration configuration)
    {
        AddOptions(silo.Services);
        if (ClusterTlsOptions.Load(configuration) is var (own, authority)) silo.UseTls(tls => Configure(tls, own, authority));
        return silo;
    }

    public static IClientBuilder AddClusterTls(this IClientBuilder client, IConfiguration configuration)
    {
        AddOptions(client.Services);
        if (ClusterTlsOptions.Load(configuration) is var (own, authority)) client.UseTls(tls => Configure(tls, own, authority));
        return client;
    }

    private static void AddOptions(IServiceCollection services)
    {
        services.AddOptions<ClusterTlsOptions>().BindConfiguration(ClusterTlsOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ClusterTlsOptions>, ClusterTlsOptionsValidator>();
    }

    private static void Configure(TlsOptions tls, X509Certificate2 own, X509Certificate2 authority)
    {
        tls.LocalCertificate = own;
        tls.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
        tls.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
        tls.RemoteCertificateValidation = (certificate, _, _) => IsOf(authority, certificate);

        // Members have no names that anybody knows before: the authority vouches for them.
        tls.OnAuthenticateAsClient = static (_, authentication) => authentication.TargetHost = "jobrequests";
    }

    private static bool IsOf(X509Certificate2 authority, X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate);
    }
}
