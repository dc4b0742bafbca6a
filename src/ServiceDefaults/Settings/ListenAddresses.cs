using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace JobRequests.ServiceDefaults;

/// <summary>An address that the settings tell a process to listen on.</summary>
/// <param name="Setting">Where it comes from.</param>
/// <param name="Url">As it stands there.</param>
public sealed record ListenAddress(string Setting, string Url)
{
    /// <summary>What is wrong with it, in words that follow the setting's name; null if it can be used.</summary>
    public string? Problem
    {
        get
        {
            if (Read(Url) is not { } address) return $"must be an address such as http://127.0.0.1:8080, but is '{Url}'.";
            if (address.Scheme is not ("http" or "https")) return $"must begin with http:// or https://, but is '{Url}'.";
            if (address.IsUnixPipe) return null;
            // The web server takes any other name for "every address of this machine".
            if (address.Host.ToLowerInvariant() is not ("localhost" or "*" or "+") && !IPAddress.TryParse(address.Host, out _))
                return $"must name an IP address, localhost, or * for every address of this machine, but is '{Url}'.";
            if (address.Port is < 0 or > IPEndPoint.MaxPort) return $"must have a port from 0 to {IPEndPoint.MaxPort}, but is '{Url}'.";
            return address.PathBase.Length > 0 ? $"must have no path, but is '{Url}'." : null;
        }
    }

    /// <summary>Only programs on this machine reach it.</summary>
    public bool IsLoopback =>
        Read(Url) is { } address
            && (address.IsUnixPipe
                || string.Equals(address.Host, "localhost", StringComparison.OrdinalIgnoreCase)
                || (IPAddress.TryParse(address.Host, out var host) && IPAddress.IsLoopback(host)));

    private static BindingAddress? Read(string url)
    {
        try
        {
            return BindingAddress.Parse(url);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}

/// <summary>Where a process listens for HTTP, in the web server's own order: its endpoints, then <c>Urls</c>, then the ports alone; endpoints last with
/// <c>PreferHostingUrls</c>.</summary>
public static class ListenAddresses
{
    public static IReadOnlyList<ListenAddress> Of(IConfiguration configuration)
    {
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren()
            .Where(static endpoint => endpoint["Url"] is not null)
                .Select(static endpoint => new ListenAddress($"{endpoint.Path}:Url", endpoint["Url"]!))
                .ToList();
        List<ListenAddress> addresses = configuration["Urls"] is { Length: > 0 } urls
            ? Split("Urls", urls, static url => url)
            : [.. Split("HTTP_PORTS", configuration["HTTP_PORTS"], static port => $"http://*:{port}"),
                .. Split("HTTPS_PORTS", configuration["HTTPS_PORTS"], static port => $"https://*:{port}")];
        var prefersAddresses = addresses.Count > 0 && configuration[WebHostDefaults.PreferHostingUrlsKey]?.ToUpperInvariant() is ("TRUE" or "1");
        return endpoints.Count > 0 && !prefersAddresses ? endpoints : addresses;
    }

    /// <summary>A port of the loopback that was free a moment ago.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static List<ListenAddress> Split(string setting, string? text, Func<string, string> url) =>
        [.. (text ?? "")
            .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(part => new ListenAddress(setting, url(part)))];
}
