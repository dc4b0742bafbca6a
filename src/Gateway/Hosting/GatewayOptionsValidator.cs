using System.Net;

namespace JobRequests.Gateway.Hosting;

internal sealed class GatewayOptionsValidator : IValidateOptions<GatewayOptions>
{
    /// <summary>A network, or one address as a network of its own; null if it is neither.</summary>
    public static IPNetwork? ReadNetwork(string text)
    {
        if (IPNetwork.TryParse(text, out var network)) return network;
        return IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8) : null;
    }

    public ValidateOptionsResult Validate(string? name, GatewayOptions options)
    {
        var rules = new SettingRules(GatewayOptions.Section);
        rules.Between(options.MaxWait, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));
        rules.Between(options.DefaultWait, TimeSpan.Zero, options.MaxWait);
        rules.Between(options.ExecutionGrace, TimeSpan.Zero, TimeSpan.FromHours(1));
        rules.Between(options.ClockTolerance, TimeSpan.Zero, TimeSpan.FromHours(1));
        rules.Between(options.ReadTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1));
        rules.Between(options.ViewWait, TimeSpan.Zero, options.ReadTimeout);
        rules.Between(options.BodyTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5));
        rules.Between(options.IdempotencyCacheRetention, TimeSpan.FromSeconds(1), TimeSpan.FromDays(30));
        rules.Between(options.MaxBodyBytes, 1_024, 64 * 1024);
        rules.Between(options.MaxBulkBytes, options.MaxBodyBytes, 64 * 1024 * 1024);
        rules.Between(options.MaxInFlight, 1, 1_000_000);
        rules.Between(options.MaxWatching, 1, 1_000_000);
        rules.Between(options.MaxReading, 1, 1_000_000);
        rules.Between(options.CallerRate, 1, 1_000_000);
        rules.Between(options.CallerBurst, 1, 1_000_000);
        rules.Between(options.AnonymousRate, 1, 1_000_000);
        rules.Between(options.AnonymousBurst, 1, 1_000_000);
        rules.Between(options.IdempotencyCacheCapacity, 0, 100_000_000);
        rules.Between(options.HstsMaxAge, TimeSpan.Zero, TimeSpan.FromDays(3650));
        rules.Require(
            options.TraceLink?.Contains(GatewayOptions.TraceIdPlace, StringComparison.Ordinal) != false,
            nameof(options.TraceLink), $"must contain {GatewayOptions.TraceIdPlace}, but is '{options.TraceLink}'.");
        foreach (var origin in options.AllowedOrigins)
            rules.Require(
                IsOrigin(origin), nameof(options.AllowedOrigins), $"must hold origins such as https://app.example, without a path, but holds '{origin}'.");
        foreach (var proxy in options.TrustedProxies)
            rules.Require(
                ReadNetwork(proxy) is not null, nameof(options.TrustedProxies), $"must hold IP addresses or networks such as 10.0.0.0/8, but holds '{proxy}'.");
        return rules.Result;
    }

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.GetLeftPart(UriPartial.Authority).Equals(text, StringComparison.OrdinalIgnoreCase);
}
