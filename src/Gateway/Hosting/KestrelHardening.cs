using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace JobRequests.Gateway.Hosting;

/// <summary>Bounds what one connection can cost, and who reaches a service without real identities.</summary>
internal sealed class KestrelHardening(IOptions<GatewayOptions> gateway, IOptions<IdentityOptions> identity) : IConfigureOptions<KestrelServerOptions>
{
    public void Configure(KestrelServerOptions options)
    {
        options.AddServerHeader = false;
        options.Limits.MaxRequestBodySize = gateway.Value.MaxBodyBytes;
        // What is a little too large is told by RequestSizeMiddleware; only what is far too large ends here.
        options.Limits.MaxRequestLineSize = 32 * 1024;
        options.Limits.MaxRequestHeadersTotalSize = 2 * RequestSizeMiddleware.MaxHeaders;
        options.Limits.MaxRequestHeaderCount = 2 * RequestSizeMiddleware.MaxHeaderCount;
        options.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        options.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 1024, gracePeriod: TimeSpan.FromSeconds(5));
        // The web server asks for every address, wherever it comes from, before it listens there: settings, code, and a settings file that changes later.
        if (identity.Value.Development) options.ConfigureEndpointDefaults(RequireLoopback);
    }

    private static void RequireLoopback(ListenOptions address)
    {
        if (address.EndPoint is UnixDomainSocketEndPoint || (address.EndPoint is IPEndPoint ip && IPAddress.IsLoopback(ip.Address))) return;
        throw new OptionsValidationException("", typeof(KestrelServerOptions),
            ["Identity:Development must be false where others reach the service: with it anybody acts as anybody. Listen on http://127.0.0.1:PORT instead of "
                + $"{address}, or configure tokens."]);
    }
}
