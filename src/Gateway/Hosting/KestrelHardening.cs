using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace JobRequests.Gateway.Hosting;

/// <summary>Bounds what one connection can cost.</summary>
internal sealed class KestrelHardening(IOptions<GatewayOptions> gateway) : IConfigureOptions<KestrelServerOptions>
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
    }
}
