using System.Security.Cryptography.X509Certificates;
using JobRequests.ServiceDefaults;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Orleans.Connections.Security;

namespace Orleans.Hosting;

// { "Orleans": { "Tls": { "CertificateFile": "/run/secrets/silo.pem", "KeyFile": "/run/secrets/silo.key", "AuthorityFile": "/run/secrets/cluster-ca.pem" } } }

/// <summary>Mutual TLS on the ports of Orleans, where section <c>Orleans:Tls</c> is.</summary>
public static class ClusterTlsHosting
{
    public static ISiloBuilder AddClusterTls(this ISiloBuilder silo, IConfiguration configuration)
    {
        silo.Services.AddSettings(ClusterTlsOptions.Section, typeof(ClusterTlsOptions));
        if (ClusterTlsOptions.Load(configuration) is var (own, authority)) silo.UseTls(tls => Configure(tls, own, authority));
        return silo;
    }

    public static IClientBuilder AddClusterTls(this IClientBuilder client, IConfiguration configuration)
    {
        client.Services.AddSettings(ClusterTlsOptions.Section, typeof(ClusterTlsOptions));
        if (ClusterTlsOptions.Load(configuration) is var (own, authority)) client.UseTls(tls => Configure(tls, own, authority));
        return client;
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
