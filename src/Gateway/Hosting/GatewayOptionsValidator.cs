using System.Net;
using Microsoft.Extensions.Options;

namespace JobRequests.Gateway.Hosting;

/// <summary>Names the option, the rule and the value that breaks it.</summary>
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
        var failures = new List<string>();
        Duration(nameof(options.MaxWait), options.MaxWait, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));
        Duration(nameof(options.DefaultWait), options.DefaultWait, TimeSpan.Zero, options.MaxWait);
        Duration(nameof(options.ExecutionGrace), options.ExecutionGrace, TimeSpan.Zero, TimeSpan.FromHours(1));
        Duration(nameof(options.ClockTolerance), options.ClockTolerance, TimeSpan.Zero, TimeSpan.FromHours(1));
        Duration(nameof(options.ReadTimeout), options.ReadTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1));
        Duration(nameof(options.ViewWait), options.ViewWait, TimeSpan.Zero, options.ReadTimeout);
        Duration(nameof(options.BodyTimeout), options.BodyTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5));
        Duration(nameof(options.IdempotencyCacheRetention), options.IdempotencyCacheRetention, TimeSpan.FromSeconds(1), TimeSpan.FromDays(30));
        Number(nameof(options.MaxBodyBytes), options.MaxBodyBytes, 1_024, 64 * 1024);
        Number(nameof(options.MaxInFlight), options.MaxInFlight, 1, 1_000_000);
        Number(nameof(options.MaxWatching), options.MaxWatching, 1, 1_000_000);
        Number(nameof(options.MaxReading), options.MaxReading, 1, 1_000_000);
        Number(nameof(options.CallerRate), options.CallerRate, 1, 1_000_000);
        Number(nameof(options.CallerBurst), options.CallerBurst, 1, 1_000_000);
        Number(nameof(options.AnonymousRate), options.AnonymousRate, 1, 1_000_000);
        Number(nameof(options.AnonymousBurst), options.AnonymousBurst, 1, 1_000_000);
        Number(nameof(options.IdempotencyCacheCapacity), options.IdempotencyCacheCapacity, 0, 100_000_000);
        if (options.TraceLink is { } link && !link.Contains(GatewayOptions.TraceIdPlace, StringComparison.Ordinal))
            failures.Add($"{GatewayOptions.Section}:{nameof(options.TraceLink)} must contain {GatewayOptions.TraceIdPlace}, but is '{link}'.");
        Duration(nameof(options.HstsMaxAge), options.HstsMaxAge, TimeSpan.Zero, TimeSpan.FromDays(3650));
        foreach (var origin in options.AllowedOrigins.Where(static origin => !IsOrigin(origin)))
            failures.Add($"{GatewayOptions.Section}:{nameof(options.AllowedOrigins)} must hold origins such as https://app.example, without a path, but holds "
                + $"'{origin}'.");
        foreach (var proxy in options.TrustedProxies.Where(static proxy => ReadNetwork(proxy) is null))
            failures.Add(
                $"{GatewayOptions.Section}:{nameof(options.TrustedProxies)} must hold IP addresses or networks such as 10.0.0.0/8, but holds '{proxy}'.");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void Duration(string option, TimeSpan value, TimeSpan least, TimeSpan most)
        {
            if (value < least || value > most) failures.Add($"{GatewayOptions.Section}:{option} must be between {least} and {most}, but is {value}.");
        }

        void Number(string option, int value, int least, int most)
        {
            if (value < least || value > most) failures.Add($"{GatewayOptions.Section}:{option} must be between {least} and {most}, but is {value}.");
        }
    }

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.GetLeftPart(UriPartial.Authority).Equals(text, StringComparison.OrdinalIgnoreCase);
}
