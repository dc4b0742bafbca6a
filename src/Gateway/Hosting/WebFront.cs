using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.HttpsPolicy;

namespace JobRequests.Gateway.Hosting;

/// <summary>What every request passes before it is asked who sends it: proxies, host, origin, method, and the headers that every answer has.</summary>
internal static class WebFront
{
    public static void AddWebFront(this IServiceCollection services)
    {
        services.AddCors();
        services.ConfigureOptions<WebFrontSettings>();
    }

    public static void UseWebFront(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<IOptions<GatewayOptions>>().Value;
        if (options.TrustedProxies.Count > 0) app.UseForwardedHeaders();
        app.UseMiddleware<AnswerHeadersMiddleware>();
        if (options.HstsMaxAge > TimeSpan.Zero) app.UseHsts();
        app.UseMiddleware<SecurityLogMiddleware>();
        app.UseMiddleware<FaultMiddleware>();
        app.UseStatusCodePages(static context => FaultMiddleware.DescribeStatusAsync(context.HttpContext));
        app.UseMiddleware<RequestSizeMiddleware>();
        app.UseMiddleware<HeadMiddleware>();
        app.Use(static next => http =>
        {
            // Many clients name a type where there is no body. Routing would refuse it.
            if (http.Request.ContentLength is 0) http.Request.ContentType = null;
            return next(http);
        });
        app.UseRouting();
        if (options.AllowedOrigins.Count > 0) app.UseCors();
        app.UseMiddleware<OriginMiddleware>();
        app.UseMiddleware<OptionsMiddleware>();
    }
}

/// <summary>Hands the gateway's settings to the framework's middleware.</summary>
internal sealed class WebFrontSettings(IOptions<GatewayOptions> gateway, IOptions<IdentityOptions> identity, IConfiguration configuration)
    : IConfigureOptions<CorsOptions>, IConfigureOptions<HostFilteringOptions>, IConfigureOptions<ForwardedHeadersOptions>, IConfigureOptions<HstsOptions>
{
    // What a script of another origin may read besides the body.
    private static readonly string[] Exposed =
    [
        "ETag", "Link", "Location", "Retry-After", "Idempotency-Key", "Idempotency-Replayed", "Preference-Applied", "Estimated-Decision-In", "View-Lag-Ms",
        AnswerHeadersMiddleware.RequestId, CallerQuota.Header, CallerQuota.PolicyHeader,
    ];

    public void Configure(CorsOptions options) => options.AddDefaultPolicy(policy => policy
        .WithOrigins([.. gateway.Value.AllowedOrigins])
        .WithMethods("GET", "HEAD", "POST", "DELETE")
        .AllowAnyHeader()
        .WithExposedHeaders(Exposed)
        .SetPreflightMaxAge(TimeSpan.FromHours(1)));

    // A page of another site can give its own name this machine's address; its browser then takes the page and the service for one site.
    public void Configure(HostFilteringOptions options)
    {
        if (identity.Value.Development && string.IsNullOrEmpty(configuration["AllowedHosts"]))
            options.AllowedHosts = ["localhost", "*.localhost", "127.0.0.1", "[::1]"];
    }

    public void Configure(ForwardedHeadersOptions options)
    {
        options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
        options.ForwardLimit = null;
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in gateway.Value.TrustedProxies) options.KnownIPNetworks.Add(GatewayOptionsValidator.ReadNetwork(proxy)!.Value);
    }

    public void Configure(HstsOptions options) => options.MaxAge = gateway.Value.HstsMaxAge;
}
